import type { KeyObject } from 'node:crypto'
import { createHash, createSecretKey, hkdfSync, randomBytes } from 'node:crypto'
import { LetheError } from '../model/error.ts'
import { spell } from './spelling.ts'

const SECRET_BYTES = 32
/** Characters of each of the two magics. */
export const MAGIC_LENGTH = 20
const MAGIC_A_POSITION = 0
const MAGIC_B_POSITION = 32

/** The two texts, 20 characters each, that stand before and after the id of every canary of a run. */
export interface Magic {
  readonly a: string
  readonly b: string
}

/**
 * The secret of one run, 32 bytes, from which all its canaries follow. A key file holds the secret and no canary text,
 * so a scan of that file finds nothing.
 */
export class RunKey {
  readonly hex: string
  /** sha256 of the secret, in hex: may be published before the run */
  readonly commitment: string
  readonly payload: Magic
  /** Magics that are never sent: what is found of them is a false positive, or Lethe finding itself. */
  readonly decoy: Magic
  readonly #secret: Uint8Array

  /** @param random gives that many random bytes */
  static create(random: (length: number) => Uint8Array = randomBytes): RunKey {
    return new RunKey(random(SECRET_BYTES))
  }

  /** @throws LetheError KEY_UNREADABLE unless `hex` is 64 hex digits */
  static fromHex(hex: string): RunKey {
    if (!/^[0-9a-f]{64}$/i.test(hex)) {
      throw new LetheError(
        'KEY_UNREADABLE',
        'A run key is 64 hex digits; this is something else.',
        'Restore the key file of this run, or start a new run.',
      )
    }
    return new RunKey(Buffer.from(hex, 'hex'))
  }

  private constructor(secret: Uint8Array) {
    this.#secret = Uint8Array.from(secret)
    this.hex = Buffer.from(secret).toString('hex')
    this.commitment = createHash('sha256').update(secret).digest('hex')
    this.payload = this.#magic('payload')
    this.decoy = this.#magic('decoy')
  }

  /** A key of 32 bytes for one purpose; keys of different purposes tell nothing about each other. */
  subkey(purpose: string): KeyObject {
    return createSecretKey(new Uint8Array(hkdfSync('sha256', this.#secret, '', `lethe/${purpose}`, 32)))
  }

  #magic(name: string): Magic {
    const subkey = this.subkey(`magic/${name}`)
    return {
      a: spell(subkey, 'a', MAGIC_A_POSITION, MAGIC_LENGTH),
      b: spell(subkey, 'b', MAGIC_B_POSITION, MAGIC_LENGTH),
    }
  }
}
