import type { Cipheriv } from 'node:crypto'
import { createCipheriv, createHash } from 'node:crypto'

/** Pseudo-random numbers and bytes: the key stream of AES in counter mode, the same for the same seed. */
export class Random {
  readonly #stream: Cipheriv

  constructor(seed: string) {
    const key = createHash('sha256').update(seed).digest()
    this.#stream = createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16))
  }

  bytes(count: number): Buffer {
    return this.#stream.update(Buffer.alloc(count))
  }

  /** A whole number from 0 to below `limit`, which is at most 2^32. */
  below(limit: number): number {
    return this.bytes(4).readUInt32LE() % limit
  }

  /** Lower-case letters and digits. */
  word(length: number): string {
    return Array.from(this.bytes(length), byte => (byte % 36).toString(36)).join('')
  }
}
