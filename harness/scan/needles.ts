import type { Needle } from '../canary/closure.ts'
import { closureOf } from '../canary/closure.ts'
import type { Decoding } from '../canary/form.ts'
import type { Magic, RunKey } from '../canary/key.ts'
import { MAGIC_LENGTH } from '../canary/key.ts'
import { tokenClosureOf } from '../canary/tokens/token-closure.ts'
import type { Vocabulary } from '../canary/tokens/vocabulary.ts'

/** A magic, or a part of one, under a chain of encodings, or as token ids. */
export interface MagicNeedle extends Pick<Needle, 'bytes'> {
  /** as those of `Needle` */
  readonly chain: readonly Decoding[]
  readonly others: readonly (readonly Decoding[])[]
  readonly half: keyof Magic
  readonly magic: Magic
  readonly decoy: boolean
  /** the part of the magic that is encoded: where it begins, and how many characters it has */
  readonly start: number
  readonly length: number
  /** most bytes that one character of the canary takes */
  readonly width: number
}

/** Characters of the smallest part of a magic that is looked for: 52 bits, evidence only. */
export const FRAGMENT_LENGTH = 12

/** Fewer bytes than these the scan reads several times slower; only plain fragments are worth that. */
const SHORTEST_NEEDLE = 15

/**
 * Everything that the scan looks for: both magics of the run and both decoys, under every chain, their parts, and their
 * token ids.
 */
export function needlesOf(key: RunKey, encodings: number, vocabularies: readonly Vocabulary[] = []): MagicNeedle[] {
  const both = (magic: Magic, decoy: boolean): MagicNeedle[] =>
    (['a', 'b'] as const).flatMap(half => [
      ...needlesOfMagic(magic, half, decoy, encodings),
      ...tokenNeedlesOf(magic, half, decoy, vocabularies),
    ])
  return [...both(key.payload, false), ...both(key.decoy, true)]
}

/** The token ids of one magic in every vocabulary. */
export function tokenNeedlesOf(
  magic: Magic,
  half: keyof Magic,
  decoy: boolean,
  vocabularies: readonly Vocabulary[],
): MagicNeedle[] {
  return tokenClosureOf(magic[half], vocabularies).map(needle => ({
    ...needle,
    half,
    magic,
    decoy,
    width: widthOf(needle),
  }))
}

function needlesOfMagic(magic: Magic, half: keyof Magic, decoy: boolean, encodings: number): MagicNeedle[] {
  const part = (start: number, length: number, depth: number): MagicNeedle[] =>
    closureOf(Buffer.from(magic[half].slice(start, start + length)), 'text', depth).map(needle => ({
      ...needle,
      half,
      magic,
      decoy,
      start,
      length,
      width: widthOf(needle),
    }))
  const starts = Array.from({ length: MAGIC_LENGTH - FRAGMENT_LENGTH + 1 }, (_, start) => start)
  const fragments = starts.flatMap(start => part(start, FRAGMENT_LENGTH, Math.min(encodings, 1)))
  return [...part(0, MAGIC_LENGTH, encodings), ...fragments.filter(isWorthIt)]
}

/** Whatever cuts a text, or breaks its lines, leaves a part of one encoding; 255 more keys are not worth their needles. */
function isWorthIt({ bytes, chain }: MagicNeedle): boolean {
  if (chain.length === 0) return true
  return bytes.length >= SHORTEST_NEEDLE && chain.every(encoder => encoder.over !== 'canary')
}

function widthOf({ chain, others }: Pick<MagicNeedle, 'chain' | 'others'>): number {
  return Math.max(...[chain, ...others].map(one => one.reduce((width, { form }) => width * form.width, 1)))
}
