import type { Decoding } from '../form.ts'

/** One way to write a list of numbers, such as token ids. */
export interface NumberList extends Decoding {
  /** text may be escaped or wrapped by more encodings than binary numbers are */
  readonly kind: 'text' | 'binary'
  /** Null when one of the numbers is too large. */
  write(numbers: readonly number[]): Uint8Array | null
}
