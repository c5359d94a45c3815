/** Bytes that are frequent in ordinary files. */
const isFrequent = new Uint8Array(256)
for (const byte of [0, ...Buffer.from(' 0\\u%A"')]) isFrequent[byte] = 1
/** So many bytes that are not frequent make a good sample; one less costs more than many needles with the same sample. */
const WANTED = 3
const PENALTY = 1000
const COUNTER_BITS = 20
/** Offsets of each residue that are looked at: more do not make a better choice, only a slower one. */
const MOST_TRIED = 6

/** How a table reads bytes: a value at every multiple of `stride`. */
export interface Sampling {
  /** bytes that are read */
  readonly size: number
  readonly stride: number
  /** the shortest needle, in bytes */
  readonly shortest: number
  /** the value of a needle at an offset, as the kernel reads it; null where the needle has none */
  valueAt(needle: Uint8Array, offset: number): Value | null
}

/** 64 bits in two halves. */
export interface Value {
  readonly low: number
  readonly high: number
}

/** One value of a needle that the kernel looks for, and where in the needle it stands. */
export interface Sample extends Value {
  readonly needle: number
  readonly offset: number
}

export type Hash = (low: number, high: number) => number

/**
 * Picks, for each residue modulo `stride`, one sample of each needle: wherever the needle stands, exactly one of them
 * is read. Of several the one is picked that is rarest, in the other needles and in ordinary files.
 */
export function pickSamples(needles: readonly Uint8Array[], sampling: Sampling, hash: Hash): Sample[] {
  const rarity = new Rarity(needles, sampling, hash)
  const samples: Sample[] = []
  for (const [needle, bytes] of needles.entries()) {
    for (let residue = 0; residue < sampling.stride; residue++) {
      const offset = rarestOffset(bytes, residue, sampling, rarity)
      const value = sampling.valueAt(bytes, offset)
      if (value !== null) samples.push({ needle, offset, low: value.low, high: value.high })
    }
  }
  return samples
}

/** The last residue begins one byte before the needle: some samplings have a value there. */
function rarestOffset(bytes: Uint8Array, residue: number, { stride, valueAt }: Sampling, rarity: Rarity): number {
  let best = residue
  let least = Number.POSITIVE_INFINITY
  for (let offset = residue === stride - 1 ? -1 : residue; offset < bytes.length; offset += stride) {
    if (offset >= MOST_TRIED * stride) break
    const value = valueAt(bytes, offset)
    if (value === null) continue
    const cost = rarity.cost(value, bytes, offset)
    if (cost < least) [best, least] = [offset, cost]
  }
  return best
}

/** How often values occur. Those with the same counter are counted together: it is only for a good choice. */
class Rarity {
  readonly #counters = new Uint32Array(2 ** COUNTER_BITS)
  readonly #size: number
  readonly #hash: Hash

  constructor(needles: readonly Uint8Array[], { size, stride, valueAt }: Sampling, hash: Hash) {
    this.#size = size
    this.#hash = hash
    for (const bytes of needles) {
      const end = Math.min(bytes.length, MOST_TRIED * stride)
      for (let offset = -1; offset < end; offset++) {
        const value = valueAt(bytes, offset)
        if (value !== null) this.#count(value)
      }
    }
  }

  cost(value: Value, bytes: Uint8Array, offset: number): number {
    let good = 0
    for (let at = offset; at < offset + this.#size; at++) if (isFrequent[bytes[at] ?? 0] === 0) good++
    return (this.#counters[this.#counterOf(value)] ?? 0) + Math.max(0, WANTED - good) * PENALTY
  }

  #count(value: Value): void {
    const counter = this.#counterOf(value)
    this.#counters[counter] = (this.#counters[counter] ?? 0) + 1
  }

  #counterOf({ low, high }: Value): number {
    return this.#hash(low, high) >>> (32 - COUNTER_BITS)
  }
}
