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
export function needlesOf(key: RunKey): MagicNeedle[] {
  return [
    ...needlesOfMagic(key.payload, 'a', false),
    ...needlesOfMagic(key.payload, 'b', false),
    ...needlesOfMagic(key.decoy, 'a', true),
    ...needlesOfMagic(key.decoy, 'b', true),
  ]
}

function needlesOfMagic(magic: Magic, half: keyof Magic, decoy: boolean): MagicNeedle[] {
  return closureOf(Buffer.from(magic[half]), 'text').map(needle => ({
    ...needle,
    half,
    magic,
    decoy,
    width: needle.chain.reduce((width, encoder) => width * encoder.form.width, 1),
  }))
}
