import type { Decoder, Decoding, Output } from './decoder.ts'
import { gzipHeaderSize } from './gzip-header.ts'
import { Inflater, inflateBeginning } from './inflater.ts'

/** Enough of the body to tell a gzip member from three bytes that look like one. */
const TRIED = 4096
/** Extra field and names of a header: longer than any writer makes them. */
const LONGEST_HEADER = 70_000
/** Random bytes do not unpack to so much before they turn out wrong. */
const CREDIBLE_OUTPUT = 64

/** One gzip member, carved: its checksum is not asked, its end may be cut, anything may follow. */
export const gzipDecoder: Decoder = { name: 'gzip', kind: 'compressed', period: null, open: () => new GzipDecoding() }

class GzipDecoding implements Decoding {
  damage: string | null = null
  #beginning = Buffer.alloc(0)
  #headerSize = 0
  #inflater: Inflater | null = null
  #open = true

  get consumed(): number {
    return this.#headerSize + (this.#inflater?.consumed ?? 0)
  }

  async write(bytes: Uint8Array, output: Output): Promise<boolean> {
    if (!this.#open) return false
    if (this.#inflater !== null) return this.#inflate(this.#inflater, bytes)
    this.#beginning = Buffer.concat([this.#beginning, bytes])
    const size = gzipHeaderSize(this.#beginning)
    if (size === null) this.#open = this.#beginning.length <= LONGEST_HEADER
    else if (this.#beginning.length >= size + TRIED) await this.#begin(size, output)
    return this.#open
  }

  async end(output: Output): Promise<void> {
    const size = gzipHeaderSize(this.#beginning)
    if (this.#open && this.#inflater === null && size !== null) await this.#begin(size, output)
    await this.#inflater?.end()
    this.#open = false
  }

  async #begin(size: number, output: Output): Promise<void> {
    const body = this.#beginning.subarray(size)
    this.#headerSize = size
    this.#beginning = Buffer.alloc(0)
    const { output: first, damaged } = inflateBeginning(body)
    if (damaged) return this.#salvage(first, output)
    this.#inflater = new Inflater(output)
    await this.#inflate(this.#inflater, body)
  }

  async #salvage(first: Uint8Array, output: Output): Promise<void> {
    this.#open = false
    if (first.length < CREDIBLE_OUTPUT) return
    this.damage = `gzip is damaged after ${first.length} unpacked bytes`
    await output(first)
  }

  async #inflate(inflater: Inflater, bytes: Uint8Array): Promise<boolean> {
    this.#open = await inflater.write(bytes)
    if (inflater.damaged) this.damage = `gzip is damaged after ${inflater.consumed} packed bytes`
    return this.#open
  }
}
