import {
  DeflateBits,
  DYNAMIC,
  distanceBase,
  distanceExtra,
  END_OF_BLOCK,
  Exhausted,
  FIXED,
  LAST_LENGTH,
  lengthBase,
  lengthExtra,
  STORED,
} from './deflate-bits.ts'

const LONGEST_CODE = 15
/** In which order the lengths of the code for lengths stand (RFC 1951, 3.2.7). */
const lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
const repeatExtra = [2, 3, 7]
const repeatBase = [3, 3, 11]
/** Random bits hardly ever give a header of a complete dynamic code: less than once in so many powers of two. */
const HEADER_BITS = 11
/** Random literals are printable three times in eight; in a text nearly all are. */
const PRINTABLE_BITS = 1.4
const BINARY_BITS = -3
/** What has told nothing by then will not. */
const MOST_SYMBOLS = 2 ** 16

/** A Huffman code: symbols in the order of their codes, and by length how many codes there are. */
interface Code {
  readonly symbols: readonly number[]
  readonly counts: Uint16Array
  readonly lengths: readonly number[]
}

/** The data are no deflate from here on. */
class Wrong extends Error {}
const wrong = new Wrong()

/**
 * Whether the bytes are deflate (RFC 1951) up to the place where they are damaged, rather than others that were taken
 * for it: a bet against chance. Each match whose distance lies within what was unpacked wins as many bits as that was
 * unlikely, a dynamic code that is complete wins many; stored blocks win none, and equal matches only once, as
 * ordinary binary data have such in plenty. By Ville's inequality random bytes win `bits` at most once in 2^bits.
 */
export function isDeflate(data: Uint8Array, bits: number): boolean {
  const walk = new Walk(data, bits)
  try {
    while (!walk.isSure) walk.block()
  } catch (error) {
    if (!(error instanceof Exhausted || error instanceof Wrong)) throw error
  }
  return walk.isSure
}

class Walk {
  readonly #bits: DeflateBits
  readonly #needed: number
  readonly #matches = new Set<number>()
  readonly #literals = new Set<number>()
  #won = 0
  #wonByText = 0
  #unpacked = 0
  #symbols = 0

  constructor(data: Uint8Array, needed: number) {
    this.#bits = new DeflateBits(data, 0)
    this.#needed = needed
  }

  get isSure(): boolean {
    return this.#won + Math.max(0, this.#wonByText) >= this.#needed
  }

  block(): void {
    const isLast = this.#bits.take(1) === 1
    const type = this.#bits.take(2)
    if (type === STORED) this.#stored()
    else if (type === FIXED) this.#coded(fixedLiterals, fixedDistances)
    else if (type === DYNAMIC) this.#dynamic()
    else throw wrong
    if (isLast) throw wrong
  }

  #stored(): void {
    this.#bits.toByte()
    const length = this.#bits.take(16)
    if ((length ^ this.#bits.take(16)) !== 0xffff || ++this.#symbols > MOST_SYMBOLS) throw wrong
    this.#bits.skipBytes(length)
    this.#unpacked += length
  }

  #dynamic(): void {
    const literals = this.#bits.take(5) + 257
    const distances = this.#bits.take(5) + 1
    const ordered = new Array<number>(19).fill(0)
    const count = this.#bits.take(4) + 4
    for (let index = 0; index < count; index++) ordered[lengthOrder[index] ?? 0] = this.#bits.take(3)
    const lengthCode = codeOf(ordered)
    const lengths: number[] = []
    while (lengths.length < literals + distances) {
      const symbol = this.#symbol(lengthCode)
      if (symbol < 16) lengths.push(symbol)
      else {
        const repeated = symbol === 16 ? lengths.at(-1) : 0
        if (repeated === undefined) throw wrong
        const times = (repeatBase[symbol - 16] ?? 0) + this.#bits.take(repeatExtra[symbol - 16] ?? 0)
        for (let index = 0; index < times; index++) lengths.push(repeated)
      }
    }
    const [ofLiterals, ofDistances] = [lengths.slice(0, literals), lengths.slice(literals)]
    const isComplete = lengths.length === literals + distances && shareOf(ofLiterals) === 1 && ofLiterals[END_OF_BLOCK]
    if (!isComplete || shareOf(ofDistances) > 1) throw wrong
    this.#won += HEADER_BITS
    this.#coded(codeOf(ofLiterals), codeOf(ofDistances))
  }

  #coded(literals: Code, distances: Code): void {
    while (!this.isSure) {
      const symbol = this.#symbol(literals)
      if (symbol === END_OF_BLOCK) return
      if (symbol > LAST_LENGTH || ++this.#symbols > MOST_SYMBOLS) throw wrong
      if (symbol > END_OF_BLOCK) this.#match(symbol - 257, distances)
      else {
        this.#unpacked++
        this.#literal(symbol)
      }
    }
  }

  #literal(byte: number): void {
    const isPrintable = (byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13
    if (isPrintable && this.#literals.has(byte)) return
    this.#literals.add(byte)
    this.#wonByText += isPrintable ? PRINTABLE_BITS : BINARY_BITS
  }

  #match(lengthCode: number, distances: Code): void {
    const length = (lengthBase[lengthCode] ?? 0) + this.#bits.take(lengthExtra[lengthCode] ?? 0)
    const code = this.#symbol(distances)
    const base = distanceBase[code] ?? Number.POSITIVE_INFINITY
    const distance = base + this.#bits.take(distanceExtra[code] ?? 0)
    if (distance > this.#unpacked) throw wrong
    const match = distance * 512 + length
    if (!this.#matches.has(match)) this.#won -= Math.log2(this.#shareWithin(distances))
    this.#matches.add(match)
    this.#unpacked += length
  }

  /** Of random bits, how many give a distance that does not reach before the beginning; at least the one just read. */
  #shareWithin({ lengths }: Code): number {
    return shareOf(lengths.slice(0, distanceBase.filter(base => base <= this.#unpacked).length))
  }

  #symbol({ symbols, counts }: Code): number {
    let code = 0
    let first = 0
    let index = 0
    for (let length = 1; length <= LONGEST_CODE; length++) {
      code |= this.#bits.take(1)
      const count = counts[length] as number
      if (code - first < count) return symbols[index + code - first] as number
      index += count
      first = (first + count) << 1
      code <<= 1
    }
    throw wrong
  }
}

/** How much of all codes there are these lengths take: 1 for a complete code. */
function shareOf(lengths: readonly number[]): number {
  return lengths.reduce((share, length) => share + (length === 0 ? 0 : 2 ** -length), 0)
}

function codeOf(lengths: readonly number[]): Code {
  const counts = new Uint16Array(LONGEST_CODE + 1)
  for (const length of lengths) if (length > 0) counts[length] = (counts[length] as number) + 1
  const symbols = Array.from(lengths.keys())
    .filter(symbol => lengths[symbol] !== 0)
    .sort((one, other) => (lengths[one] ?? 0) - (lengths[other] ?? 0) || one - other)
  return { symbols, counts, lengths }
}

const fixedLiterals = codeOf(
  Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8)),
)
const fixedDistances = codeOf(new Array<number>(32).fill(5))
