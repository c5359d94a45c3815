import { hash } from 'node:crypto'

/** About 10 MiB. Beyond, what is met again may come out again. */
const MOST_REMEMBERED = 65_536

/** Remembers bytes by their hash, so that what a store holds in many copies comes out once. */
export class Seen {
  readonly #hashes = new Set<string>()

  /** Whether these bytes were not met before, as the part of this number. */
  isNew(bytes: Uint8Array, part = 0): boolean {
    const key = `${part} ${hash('sha1', bytes, 'base64')}`
    if (this.#hashes.has(key)) return false
    this.#hashes.add(key)
    if (this.#hashes.size > MOST_REMEMBERED) this.#forgetOldest()
    return true
  }

  /** Half of them at once: to find the oldest is slow. */
  #forgetOldest(): void {
    for (const oldest of this.#hashes) {
      if (this.#hashes.size <= MOST_REMEMBERED / 2) return
      this.#hashes.delete(oldest)
    }
  }
}
