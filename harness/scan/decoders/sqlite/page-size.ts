import type { Codes } from '../../../canary/form.ts'

const SMALLEST = 512
const LARGEST = 65_536

/** The size of pages that is said at `at` by so many bytes, the highest first; 1 in two bytes is 65,536. Null where it is none. */
export function pageSize(codes: Codes, at: number, bytes: 2 | 4): number | null {
  let value = 0
  for (let index = 0; index < bytes; index++) value = value * 256 + (codes[at + index] ?? 0)
  const size = bytes === 2 && value === 1 ? LARGEST : value
  return size >= SMALLEST && size <= LARGEST && (size & (size - 1)) === 0 ? size : null
}
