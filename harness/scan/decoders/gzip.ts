import type { Decoder, Decoding, Output } from './decoder.ts'
import { gzipHeaderSize } from './gzip-header.ts'
import { Inflater } from './inflater.ts'

/** Extra field and names of a header: longer than any writer makes them. */
const LONGEST_HEADER = 70_000
/** Unpacked bytes come out in blocks of 16 KiB; so many packed ones can give less than the first of them. */
const MOST_REMEMBERED = 32 * 1024
/** Random bytes do not unpack to so much before they turn out wrong. */
const CREDIBLE_OUTPUT = 64

/** One gzip member, carved: its checksum is not asked, its end may be cut, anything may follow. */
export const gzipDecoder: Decoder = {
  name: 'gzip',
  kind: 'compressed',
  period: null,
  open: () => new GzipDecoding(),
}

class GzipDecoding implements Decoding {
  damage: string | null = null
  /** the header while it is not whole, then the body while nothing has come out */
  #beginning = Buffer.alloc(0)
  #headerSize = 0
  #inflater: Inflater | null = null
  #open = true
  #unpacked = 0

  get consumed(): number {
    return this.#headerSize + (this.#inflater?.consumed ?? 0)
  }

  async write(bytes: Uint8Array, output: Output): Promise<boolean> {
    if (!this.#open) return false
    if (this.#inflater !== null) return this.#inflate(this.#inflater, bytes, output)
    this.#beginning = Buffer.concat([this.#beginning, bytes])
    const size = gzipHeaderSize(this.#beginning)
    if (size !== null) return this.#begin(size, output)
    this.#open = this.#beginning.length <= LONGEST_HEADER
    return this.#open
  }

  async end(output: Output): Promise<void> {
    if (this.#open && this.#inflater !== null) {
      await this.#inflater.end()
      await this.#assess(this.#inflater, output)
    }
    this.#open = false
    this.#beginning = Buffer.alloc(0)
  }

  async #begin(size: number, output: Output): Promise<boolean> {
    const body = this.#beginning.subarray(size)
    this.#headerSize = size
    this.#beginning = Buffer.alloc(0)
    this.#inflater = new Inflater(this.#counted(output))
    return this.#inflate(this.#inflater, body, output)
  }

  async #inflate(inflater: Inflater, bytes: Uint8Array, output: Output): Promise<boolean> {
    if (this.#unpacked === 0 && this.#beginning.length < MOST_REMEMBERED) {
      this.#beginning = Buffer.concat([this.#beginning, bytes])
    }
    this.#open = await inflater.write(bytes)
    if (!this.#open) await this.#assess(inflater, output)
    return this.#open
  }

  /** Damage keeps back the block before it. Where that is the first block, it is unpacked again in small ones. */
  async #assess(inflater: Inflater, output: Output): Promise<void> {
    if (!inflater.damaged) return
    if (this.#unpacked === 0) {
      const again = new Inflater(this.#counted(output), CREDIBLE_OUTPUT)
      await again.write(this.#beginning)
      await again.end()
    }
    if (this.#unpacked > 0) this.damage = `gzip is damaged; only ${this.#unpacked} unpacked bytes of it were scanned`
  }

  #counted(output: Output): Output {
    return bytes => {
      this.#unpacked += bytes.length
      this.#beginning = Buffer.alloc(0)
      return output(bytes)
    }
  }
}
