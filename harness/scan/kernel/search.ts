import type { Match } from '../filter.ts'
import type { Kernel } from './kernel.ts'
import type { Table } from './table.ts'

/** Layouts of `assembly/search.ts`, in bytes. */
const SEARCH_BYTES = 36
const NEXT = 16
const FOUND = 32
const MATCH_BYTES = 8

/** Where matches may begin, `from` to `to`, and where they must end: all within the bytes, and relative to them. */
export interface Range {
  readonly from: number
  readonly to: number
  readonly end: number
}

/** Searches bytes that are in the memory of a kernel, and fetches what was found. */
export class Search {
  readonly #kernel: Kernel
  readonly #address: number
  readonly #matches: number
  readonly #room: number

  /** @param room for so many matches at once; more are fetched one roomful after another */
  constructor(kernel: Kernel, room: number) {
    this.#kernel = kernel
    this.#address = kernel.allocate(SEARCH_BYTES)
    this.#matches = kernel.allocate(room * MATCH_BYTES)
    this.#room = room
  }

  /** Adds the matches in the bytes at address `base`, in no order. `shift` is added to where they begin. */
  run(table: Table, base: number, range: Range, shift: number, matches: Match[]): void {
    const { stride, size, shortest } = table.sampling
    const last = Math.min(range.end, range.to - 1 + table.longest) - Math.min(size, shortest) + 1
    let next = Math.floor(range.from / stride) * stride
    while (next < last) {
      const view = this.#prepare([base, range.from, range.to, range.end, next, last, this.#matches, this.#room, 0])
      this.#kernel.find(table.address, this.#address)
      this.#fetch(view, shift, matches)
      next = view.getUint32(this.#address + NEXT, true)
    }
  }

  #prepare(fields: readonly number[]): DataView {
    const view = new DataView(this.#kernel.buffer)
    for (const [index, field] of fields.entries()) view.setUint32(this.#address + 4 * index, field, true)
    return view
  }

  #fetch(view: DataView, shift: number, matches: Match[]): void {
    const found = view.getUint32(this.#address + FOUND, true)
    for (let index = 0; index < found; index++) {
      const match = this.#matches + index * MATCH_BYTES
      matches.push({ needle: view.getUint32(match, true), at: view.getUint32(match + 4, true) + shift })
    }
  }
}
