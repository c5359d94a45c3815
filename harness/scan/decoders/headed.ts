import type { Decoding, Output } from './decoder.ts'

/** What a header says: its size and what follows it; or why it is not read further. */
export type Header = { readonly size: number; readonly body: Decoding } | { readonly unread: string | null }

/** What the header says that the bytes begin with, or null when it goes on after their end. */
export type ReadHeader = (bytes: Uint8Array, isAll: boolean) => Header | null

/** A header, and after it a body that another decoding reads. */
export class Headed implements Decoding {
  readonly #read: ReadHeader
  readonly #longest: number
  #header: { readonly size: number; readonly body: Decoding } | null = null
  #beginning = Buffer.alloc(0)
  #open = true
  #unread: string | null = null

  /**
   * @param longest a header that is longer is none
   */
  constructor(read: ReadHeader, longest: number) {
    this.#read = read
    this.#longest = longest
  }

  get consumed(): number {
    return this.#header === null ? 0 : this.#header.size + this.#header.body.consumed
  }

  get damage(): string | null {
    return this.#unread ?? this.#header?.body.damage ?? null
  }

  get isCertain(): boolean {
    return this.#unread !== null || (this.#header?.body.isCertain ?? false)
  }

  async write(bytes: Uint8Array, output: Output): Promise<boolean> {
    if (!this.#open) return false
    if (this.#header !== null) {
      this.#open = await this.#header.body.write(bytes, output)
      return this.#open
    }
    this.#beginning = Buffer.concat([this.#beginning, bytes])
    const header = this.#read(this.#beginning, false)
    if (header !== null) return this.#begin(header, output)
    this.#open = this.#beginning.length <= this.#longest
    return this.#open
  }

  async end(output: Output): Promise<void> {
    const header = this.#open && this.#header === null ? this.#read(this.#beginning, true) : null
    const isThere = header !== null && ('unread' in header || header.size <= this.#beginning.length)
    if (isThere) await this.#begin(header, output)
    this.#open = false
    this.#beginning = Buffer.alloc(0)
    await this.#header?.body.end(output)
  }

  async #begin(header: Header, output: Output): Promise<boolean> {
    if ('unread' in header) {
      this.#unread = header.unread
      this.#open = false
      return false
    }
    const body = this.#beginning.subarray(header.size)
    this.#header = header
    this.#beginning = Buffer.alloc(0)
    if (body.length > 0) this.#open = await header.body.write(body, output)
    return this.#open
  }
}
