import type { Needle } from '../canary/closure.ts'
import { closureOf } from '../canary/closure.ts'
import type { Magic, RunKey } from '../canary/key.ts'

/** A magic under a chain of encodings. */
export interface MagicNeedle extends Needle {
  readonly half: keyof Magic
  readonly magic: Magic
  readonly decoy: boolean
  /** most bytes that one character of the canary takes */
  readonly width: number
}

/** Everything that the scan looks for: both magics of the run and both decoys, under every chain. */
export function needlesOf(key: RunKey, encodings: number): MagicNeedle[] {
  return [
    ...needlesOfMagic(key.payload, 'a', false, encodings),
    ...needlesOfMagic(key.payload, 'b', false, encodings),
    ...needlesOfMagic(key.decoy, 'a', true, encodings),
    ...needlesOfMagic(key.decoy, 'b', true, encodings),
  ]
}

function needlesOfMagic(magic: Magic, half: keyof Magic, decoy: boolean, encodings: number): MagicNeedle[] {
  return closureOf(Buffer.from(magic[half]), 'text', encodings).map(needle => ({
    ...needle,
    half,
    magic,
    decoy,
    width: needle.chain.reduce((width, encoder) => width * encoder.form.width, 1),
  }))
}
