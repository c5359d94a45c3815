import type { Filter, Match } from '../filter.ts'
import type { Kernel } from './kernel.ts'
import type { Sampling } from './samples.ts'
import { pairs, wordsOfEight, wordsOfFive } from './samplings.ts'
import type { Range } from './search.ts'
import { Search } from './search.ts'
import type { Table } from './table.ts'
import { layTable, longestOf } from './table.ts'

/** From sparse to dense. */
const SAMPLINGS: readonly Sampling[] = [wordsOfEight, wordsOfFive, pairs]
/** Where there are short needles, so many of middle length are searched together with them: faster than once more. */
const MOST_TOGETHER = 2000
const LEAST_ROOM = 1024
/** Bytes from elsewhere are copied into the kernel's memory in pieces of this size. */
const PIECE = 2 ** 16

/** Finds needles of 3 bytes and more in WebAssembly: the longer all of them are, the faster. */
export class NeedleFilter implements Filter {
  readonly longest: number
  readonly #kernel: Kernel
  readonly #tables: readonly Table[]
  readonly #search: Search
  readonly #piece: number

  /** @param needles each of at least 3 bytes @throws RangeError when one is shorter */
  constructor(kernel: Kernel, needles: readonly Uint8Array[]) {
    this.#kernel = kernel
    this.longest = longestOf(needles)
    this.#tables = tablesOf(kernel, needles)
    this.#search = new Search(kernel, Math.max(LEAST_ROOM, ...this.#tables.map(table => table.mostMatches)))
    this.#piece = kernel.allocate(PIECE + this.longest)
  }

  find(bytes: Uint8Array<ArrayBuffer>, from: number, to: number, end: number): Match[] {
    const matches: Match[] = []
    const stop = Math.min(end, bytes.length)
    const range = { from: Math.max(0, from), to: Math.min(to, stop), end: stop }
    if (bytes.buffer === this.#kernel.buffer) this.#findAt(bytes.byteOffset, range, 0, matches)
    else this.#findElsewhere(bytes, range, matches)
    return matches.sort((one, other) => one.at - other.at || one.needle - other.needle)
  }

  #findAt(base: number, range: Range, shift: number, matches: Match[]): void {
    for (const table of this.#tables) this.#search.run(table, base, range, shift, matches)
  }

  #findElsewhere(bytes: Uint8Array, { from, to, end }: Range, matches: Match[]): void {
    for (let at = from; at < to; at += PIECE) {
      const part = bytes.subarray(at, Math.min(end, at + PIECE + this.longest))
      new Uint8Array(this.#kernel.buffer, this.#piece, part.length).set(part)
      this.#findAt(this.#piece, { from: 0, to: Math.min(PIECE, to - at), end: part.length }, at, matches)
    }
  }
}

function tablesOf(kernel: Kernel, needles: readonly Uint8Array[]): Table[] {
  const named = needles.map((bytes, name) => ({ bytes, name }))
  const groups = Map.groupBy(named, ({ bytes }) => samplingOf(bytes))
  const [middle, short] = [groups.get(wordsOfFive) ?? [], groups.get(pairs) ?? []]
  if (short.length > 0 && middle.length <= MOST_TOGETHER) {
    groups.set(pairs, [...short, ...middle])
    groups.delete(wordsOfFive)
  }
  return [...groups].map(([sampling, group]) => layTable(kernel, group, sampling))
}

function samplingOf({ length }: Uint8Array): Sampling {
  const sampling = SAMPLINGS.find(({ shortest }) => length >= shortest)
  if (sampling === undefined)
    throw new RangeError(`A needle has ${length} bytes; the shortest may have ${pairs.shortest}.`)
  return sampling
}
