import type { RunKey } from '../../harness/canary/key.ts'
import { Kernel } from '../../harness/scan/kernel/kernel.ts'
import { NeedleFilter } from '../../harness/scan/kernel/needle-filter.ts'
import type { Limits } from '../../harness/scan/limits.ts'
import { createScanner } from '../../harness/scan/scanner.ts'
import type { Contender } from '../contender.ts'
import { eachPiece } from '../pieces.ts'

const WINDOW = 256 * 1024
const CHUNK = 2 ** 20

/** The filter alone, reading into its own memory. */
export function letheFilter(path: string, bytes: number, needles: readonly string[]): Contender {
  const kernel = new Kernel()
  const filter = new NeedleFilter(
    kernel,
    needles.map(needle => Buffer.from(needle)),
  )
  const address = kernel.allocate(WINDOW)
  const window = new Uint8Array(kernel.buffer, address, WINDOW)
  const look = async (): Promise<number> => {
    let found = 0
    await eachPiece(path, window, filter.longest, length => {
      const to = length < WINDOW ? length : WINDOW - filter.longest
      found += filter.find(window, 0, to, length).length
    })
    return found
  }
  return { name: `Lethe: filter, ${needles.length} needles`, bytes, look }
}

/** The whole scanner, from bytes to hits. */
export function letheScanner(
  name: string,
  path: string,
  bytes: number,
  key: RunKey,
  limits: Partial<Limits>,
): Contender {
  const scanner = createScanner(key, limits)
  const buffer = new Uint8Array(CHUNK)
  const look = async (): Promise<number> => {
    let found = 0
    const stream = scanner.open(() => {
      found += 1
    })
    await eachPiece(path, buffer, 0, length => stream.push(buffer.subarray(0, length)))
    await stream.end()
    return found
  }
  return { name, bytes, look }
}
