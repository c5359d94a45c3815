import { Seen } from '../seen.ts'
import { apart } from '../store-values.ts'
import { Waste } from '../waste.ts'
import { CHUNK_SIZE, chunkInPage, chunkInRecord } from './chunk.ts'
import { INFO_SIZE, isPossible, LARGEST, unpackDatum } from './datum.ts'
import { linePointers, PAGE_SIZE, pageLower } from './page.ts'
import { ToastValues } from './toast.ts'

/** Rows begin at places that divide by 8, packed values in them at places that divide by 4 (MAXALIGN, TYPALIGN_INT). */
const ROW_ALIGNMENT = 8
const VALUE_ALIGNMENT = 4
const PACKED_BITS = 0x02
const LENGTH_SIZE = 4

/** The values that pages and records of Postgres hold packed or in pieces: in live rows, dead rows, and what is left of rows. */
export class PostgresValues {
  #values: Uint8Array[] = []
  #damage: string | null = null
  readonly #waste = new Waste()
  readonly #seen = new Seen()
  readonly #toast = new ToastValues((run, isHead) => this.#takeRun(run, isHead))

  /** why values were not read, or null */
  get damage(): string | null {
    return this.#damage ?? this.#toast.damage
  }

  /** The values that have become known since the last call, each with what sets it apart. */
  take(): Uint8Array[] {
    const values = this.#values
    this.#values = []
    return values
  }

  /** @param table tells pages of several tables apart */
  page(table: string, page: Buffer): void {
    const ends = new Map<number, number>()
    // What rows there are goes before what is left of moved ones, which may be overwritten in part.
    for (const at of linePointers(page)) this.#chunk(table, page, at, ends)
    const lower = pageLower(page)
    for (let at = Math.ceil(lower / ROW_ALIGNMENT) * ROW_ALIGNMENT; at < PAGE_SIZE; at += ROW_ALIGNMENT) {
      const end = ends.get(at) ?? this.#chunk(table, page, at, ends)
      if (end !== null) at = Math.floor((end - 1) / ROW_ALIGNMENT) * ROW_ALIGNMENT
    }
    this.#search(page, lower, VALUE_ALIGNMENT, ends)
  }

  /** What a record of the log writes to a block of a table. */
  record(table: string, data: Buffer): void {
    const chunk = chunkInRecord(data)
    if (chunk === null) this.#search(data, 0, 1, new Map())
    else this.#toast.add(table, chunk)
  }

  /** Bytes to be passed on as they are. */
  plain(bytes: Uint8Array): void {
    this.#values.push(...apart(bytes))
  }

  end(): void {
    this.#toast.end()
  }

  #chunk(table: string, page: Buffer, at: number, ends: Map<number, number>): number | null {
    const chunk = chunkInPage(page, at)
    if (chunk === null) return null
    ends.set(at, chunk.end)
    this.#toast.add(table, chunk)
    return chunk.end
  }

  /** Looks for packed values; `ends` are those of the places that were read already. */
  #search(bytes: Buffer, from: number, step: number, ends: ReadonlyMap<number, number>): void {
    this.#waste.search(bytes.length)
    for (let at = from; at + LENGTH_SIZE + INFO_SIZE < bytes.length; ) {
      const end = ends.get(at) ?? this.#packed(bytes, at)
      at = end === null ? at + step : Math.ceil(end / step) * step
    }
  }

  /** Where the packed value ends that begins at `at`, or null where none does. */
  #packed(bytes: Buffer, at: number): number | null {
    if (((bytes[at] ?? 0) & 0x03) !== PACKED_BITS) return null
    const end = at + (bytes.readUInt32LE(at) >>> 2)
    if (end > bytes.length) return null
    const begin = at + LENGTH_SIZE
    if (!isPossible(bytes, begin, end - begin) || this.#isWasteful()) return null
    const datum = bytes.subarray(begin, end)
    const { bytes: unpacked, isWhole } = unpackDatum(datum)
    if (!isWhole) this.#waste.add(unpacked.length)
    else if (this.#seen.isNew(datum)) this.plain(unpacked)
    return isWhole ? end : null
  }

  #isWasteful(): boolean {
    if (!this.#waste.isTooMuch) return false
    this.#damage = 'too many bytes only look like packed values'
    return true
  }

  /** What a value begins with may be packed; what is not, or is damaged or cut, is of use as it stands. */
  #takeRun(run: Buffer, isHead: boolean): void {
    if (isHead) {
      const { bytes, isWhole } = unpackDatum(run)
      if (bytes.length > 0) this.plain(bytes)
      if (isWhole) return
      if (bytes.length === LARGEST) this.#damage = `only ${LARGEST} bytes of a value were unpacked`
    }
    if (run.length > CHUNK_SIZE) this.plain(run)
  }
}
