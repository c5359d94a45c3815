import type { Canary, CanaryRecord } from '../model/canary.ts'
import { LetheError } from '../model/error.ts'
import type { Serial } from './codec.ts'
import { Codec, serialOf } from './codec.ts'
import type { RunKey } from './key.ts'

/** Far below the 45 million serials, so that a free one is found at once. */
const MOST_CANARIES = 1_000_000

/**
 * Makes the canaries of one run. The same key and the same order of calls give the same ids; ids never repeat, nor
 * do any of `used`, the ids that this run has already.
 */
export class Mint {
  readonly #codec: Codec
  readonly #serials: Set<string>
  #counter = 0

  constructor(key: RunKey, used: Iterable<string> = []) {
    this.#codec = new Codec(key)
    this.#serials = new Set(Array.from(used, serialOf))
  }

  /** @throws LetheError USAGE when the run has a million canaries */
  mint(about: Omit<CanaryRecord, 'id'>): Canary {
    const id = this.#codec.id(about.role, this.#freeSerial())
    return { id, ...about, text: this.#codec.text(id) }
  }

  #freeSerial(): Serial {
    if (this.#serials.size >= MOST_CANARIES) {
      throw new LetheError(
        'USAGE',
        `This run has ${MOST_CANARIES} canaries, the most that one run may have.`,
        'Drive less traffic, or start a new run.',
      )
    }
    for (;;) {
      const serial = this.#codec.serial(this.#counter++)
      const text = `${serial.before}${serial.after}`
      if (this.#serials.has(text)) continue
      this.#serials.add(text)
      return serial
    }
  }
}
