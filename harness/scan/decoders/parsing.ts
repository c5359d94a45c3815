import type { Decoding, Output } from './decoder.ts'

/** How a container ended. */
export interface Ending {
  readonly damage: string | null
  /** how many of the last bytes that were asked for are after the end */
  readonly unused: number
  /** other bytes than a container of this kind hardly ever come so far */
  readonly isCertain: boolean
}

/** A container that ended as it should, or that is none. */
export const whole: Ending = { damage: null, unused: 0, isCertain: true }

export function ended(damage: string): Ending {
  return { damage, unused: 0, isCertain: true }
}

/** A container that is damaged, unless it is none: too little of it was read to tell. */
export function doubtful(damage: string): Ending {
  return { damage, unused: 0, isCertain: false }
}

/**
 * Reads one container. It yields a number to be given so many bytes, which it may keep (fewer: no more come), and bytes
 * that came out of it. It should ask for a few MiB at most, as it is given them in one piece.
 */
export type Parser = Generator<number | Uint8Array, Ending, Uint8Array>

const nothing = new Uint8Array(0)
/** Room is made for so much at first, and then for twice as much as came: a size that is only claimed costs nothing. */
const FIRST_ROOM = 64 * 1024

/** A container that is read by a parser. */
export class Parsing implements Decoding {
  damage: string | null = null
  isCertain = true
  consumed = 0
  readonly #parser: Parser
  /** how many bytes the parser asked for, and those of them that are there */
  #wanted = 0
  #room = Buffer.alloc(0)
  #filled = 0
  #state: 'new' | 'open' | 'ended' = 'new'

  constructor(parser: Parser) {
    this.#parser = parser
  }

  async write(bytes: Uint8Array, output: Output): Promise<boolean> {
    if (this.#state === 'new') await this.#advance(nothing, output)
    for (let rest = bytes; rest.length > 0 && this.#state === 'open'; ) {
      const taken = Math.min(rest.length, this.#wanted - this.#filled)
      this.#hold(rest.subarray(0, taken))
      this.consumed += taken
      rest = rest.subarray(taken)
      if (this.#filled === this.#wanted) await this.#advance(this.#held, output)
    }
    return this.#state === 'open'
  }

  async end(output: Output): Promise<void> {
    let given = this.#held
    while (this.#state === 'open') {
      await this.#advance(given, output)
      given = nothing
    }
    this.#room = Buffer.alloc(0)
  }

  get #held(): Uint8Array {
    return this.#room.subarray(0, this.#filled)
  }

  #hold(bytes: Uint8Array): void {
    const needed = this.#filled + bytes.length
    if (needed > this.#room.length) {
      const room = Buffer.allocUnsafe(Math.min(this.#wanted, Math.max(FIRST_ROOM, 2 * needed)))
      room.set(this.#held)
      this.#room = room
    }
    this.#room.set(bytes, this.#filled)
    this.#filled = needed
  }

  /** Gives the parser what it asked for, and passes on what comes out until it asks again. */
  async #advance(given: Uint8Array, output: Output): Promise<void> {
    this.#state = 'open'
    let step = this.#parser.next(given)
    while (!step.done && (step.value === 0 || typeof step.value !== 'number')) {
      const out = step.value === 0 ? nothing : step.value
      if (out.length > 0 && !(await output(out))) return this.#close(whole)
      step = this.#parser.next(nothing)
    }
    if (step.done) return this.#close(step.value)
    this.#wanted = step.value as number
    // Not the room of before, which the parser may have kept.
    this.#room = Buffer.alloc(0)
    this.#filled = 0
  }

  #close(ending: Ending): void {
    this.#state = 'ended'
    this.damage = ending.damage
    this.isCertain = ending.isCertain
    this.consumed -= ending.unused
    this.#room = Buffer.alloc(0)
  }
}
