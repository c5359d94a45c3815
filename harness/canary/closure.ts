import { encoders } from './encoders.ts'
import type { Encoder } from './form.ts'

/** Bytes to look for: some text under a chain of encodings. */
export interface Needle {
  readonly bytes: Uint8Array
  /** from the outside in: the order in which it is peeled; empty for plain */
  readonly chain: readonly Encoder[]
  /**
   * More chains that give the same bytes, no shorter: an encoding may leave letters and digits alone, and write
   * otherwise what stands around them, such as a line end; groups of base85 leave open what stands at their ends.
   */
  readonly others: readonly (readonly Encoder[])[]
}

interface Found extends Needle {
  readonly others: (readonly Encoder[])[]
}

/** How many encodings may stand on top of each other, unless more is asked for. */
export const USUAL_DEPTH = 2

/** Stacks that hold an encoding of kind `pair` are no deeper. */
const PAIR_DEPTH = 2

/** More than a needle has by the encoders there are; a bound all the same. */
const MOST_OTHERS = 16

/**
 * The text under every chain of at most `depth` encodings that makes sense (`Encoder.over`, `Encoder.stack`). Chains
 * that give the same bytes are one needle, with the shortest of them: an encoding that leaves letters and digits alone
 * is plain.
 * @param content `bytes`: of a container; only under the encodings that carry one
 */
export function closureOf(text: Uint8Array, content: 'text' | 'bytes', depth = USUAL_DEPTH): Needle[] {
  const found = new Map<string, Found>()
  let newest: Found[] = [{ bytes: text, chain: [], others: [] }]
  for (let level = 0; level <= depth; level++) {
    newest = newest.filter(needle => isNew(found, needle))
    if (level < depth) newest = newest.flatMap(needle => wrappedBy(needle, content)).sort(byFreedom)
  }
  return [...found.values()]
}

function isNew(found: Map<string, Found>, needle: Found): boolean {
  const bytes = Buffer.from(needle.bytes).toString('latin1')
  const same = found.get(bytes)
  if (same === undefined) {
    found.set(bytes, needle)
    return true
  }
  if (same.others.length < MOST_OTHERS && !isKnown(same, needle)) same.others.push(needle.chain)
  return false
}

/** Whether the same encodings are there already, such as in another case. */
function isKnown({ chain, others }: Found, needle: Found): boolean {
  return [chain, ...others].some(
    known =>
      known.length === needle.chain.length && known.every((encoder, index) => isLike(encoder, needle.chain[index])),
  )
}

const isLike = ({ name, form }: Encoder, other: Encoder | undefined): boolean =>
  name === other?.name && form.skip === other.form.skip

/** Of two chains that give the same bytes, the one that more encodings may stand over comes first. */
function byFreedom(one: Needle, other: Needle): number {
  return Number(isFree(other)) - Number(isFree(one))
}

const isFree = ({ chain }: Needle): boolean => chain.every(encoder => encoder.stack === 'any')

function wrappedBy({ bytes, chain }: Needle, content: 'text' | 'bytes'): Found[] {
  return encoders
    .filter(encoder => canStandOver(encoder, chain, content))
    .map(encoder => ({ bytes: encoder.encode(bytes), chain: [encoder, ...chain], others: [] }))
}

/** Whether an encoding is looked for over these others, which encode text or a container. */
export function canStandOver(encoder: Encoder, chain: readonly Encoder[], content: 'text' | 'bytes'): boolean {
  if (!isOver(encoder, chain[0], content)) return false
  if (content === 'bytes' && !canCarry(encoder, chain)) return false
  const single = chain.find(({ stack }) => stack !== 'any')
  if (encoder.stack !== 'any' && single !== undefined) return false
  const kinds = [encoder.stack, single?.stack]
  if (kinds.includes('alone')) return chain.length === 0
  return !kinds.includes('pair') || chain.length < PAIR_DEPTH
}

function canCarry(encoder: Encoder, chain: readonly Encoder[]): boolean {
  if (chain.some(({ carries }) => carries)) return false
  return encoder.stack === 'any' || (encoder.carries === true && chain.length === 0)
}

/** An encoding that is over text only (UTF-16) gives bytes that are no 8-bit text any more. */
function isOver({ over }: Encoder, inner: Encoder | undefined, content: 'text' | 'bytes'): boolean {
  if (over === 'bytes') return true
  if (inner === undefined) return content === 'text'
  return over === 'text' && inner.over !== 'text'
}
