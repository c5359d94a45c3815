/** A place where one of the filter's needles stands whole. */
export interface Match {
  /** the needle's index in the list that the filter was made from */
  readonly needle: number
  /** where it begins in the bytes */
  readonly at: number
}

/**
 * Finds every place of every needle. The kernel of the scan, and all that knows how bytes are searched: it can be
 * replaced without a change elsewhere.
 */
export interface Filter {
  /** the longest needle's length */
  readonly longest: number
  /**
   * Matches that begin at or after `from` and before `to`, and end at or before `end`, in order. `bytes` begins at an
   * address that is a multiple of 4, and its length is a multiple of 8.
   */
  find(bytes: Uint8Array<ArrayBuffer>, from: number, to: number, end: number): Match[]
}

/** Where matches may begin, `from` to `to`, and where they must end. */
export interface Range {
  readonly from: number
  readonly to: number
  readonly end: number
}

/** One sample of a needle: where in the needle it stands. */
export interface Sample {
  readonly needle: number
  readonly offset: number
}

/**
 * Picks, for each residue modulo `stride`, one sample of each needle: wherever the needle stands, exactly one of them
 * is read by a filter that reads every `stride` bytes. The value that is rarest among all samples is picked.
 */
export function pickSamples(
  needles: readonly Uint8Array[],
  stride: number,
  size: number,
  valueAt: (needle: Uint8Array, offset: number) => number,
  cost: (value: number) => number = () => 0,
): Map<number, Sample[]> {
  const counts = countValues(needles, size, valueAt)
  const price = (value: number): number => (counts.get(value) ?? 0) + cost(value)
  const picked = new Map<number, Sample[]>()
  for (const [needle, bytes] of needles.entries()) {
    for (let residue = 0; residue < stride; residue++) {
      const offset = cheapestOffset(bytes, residue, stride, size, at => price(valueAt(bytes, at)))
      const value = valueAt(bytes, offset)
      const samples = picked.get(value) ?? []
      samples.push({ needle, offset })
      picked.set(value, samples)
    }
  }
  return picked
}

function countValues(
  needles: readonly Uint8Array[],
  size: number,
  valueAt: (needle: Uint8Array, offset: number) => number,
): Map<number, number> {
  const counts = new Map<number, number>()
  for (const bytes of needles) {
    for (let offset = 0; offset + size <= bytes.length; offset++) {
      const value = valueAt(bytes, offset)
      counts.set(value, (counts.get(value) ?? 0) + 1)
    }
  }
  return counts
}

function cheapestOffset(
  bytes: Uint8Array,
  residue: number,
  stride: number,
  size: number,
  price: (offset: number) => number,
): number {
  let best = residue
  for (let offset = residue + stride; offset + size <= bytes.length; offset += stride) {
    if (price(offset) < price(best)) best = offset
  }
  return best
}

/** Adds the matches that a value read at `position` stands for. */
export function confirm(
  matches: Match[],
  samples: readonly Sample[],
  needles: readonly Uint8Array[],
  bytes: Uint8Array,
  position: number,
  range: Range,
): void {
  for (const { needle, offset } of samples) {
    const at = position - offset
    if (at < range.from || at >= range.to) continue
    const wanted = needles[needle]
    if (wanted !== undefined && standsAt(wanted, bytes, at, range.end)) matches.push({ needle, at })
  }
}

function standsAt(needle: Uint8Array, bytes: Uint8Array, at: number, end: number): boolean {
  if (at + needle.length > end) return false
  for (let index = 0; index < needle.length; index++) {
    if (bytes[at + index] !== needle[index]) return false
  }
  return true
}

export function inOrder(matches: Match[]): Match[] {
  return matches.sort((one, other) => one.at - other.at || one.needle - other.needle)
}
