import type { Output } from './decoder.ts'
import type { Unpack, Unpacker } from './unpacker.ts'

/** Unpacked bytes that may wait to be passed on: little packed data may be much. */
const MOST_READY = 256 * 1024

/** Unpacks by a stream of node:zlib as it is documented: in another thread, which for small data takes longer than to unpack them. */
export class StreamedUnpacker implements Unpacker {
  readonly #stream: ReturnType<Unpack>
  readonly #output: Output
  /** unpacked, and not passed on yet */
  #ready: Uint8Array[] = []
  #readyBytes = 0
  /** the stream gives nothing more */
  #over = false
  #open = true
  #damaged = false
  #wake: () => void = () => undefined

  constructor(unpack: Unpack, output: Output, block: number) {
    this.#output = output
    this.#stream = unpack(block)
    // Events, as an iterator over the stream takes longer than the unpacking.
    this.#stream.on('data', (chunk: Uint8Array) => this.#receive(chunk))
    this.#stream.on('end', () => this.#finish(false))
    this.#stream.on('error', () => this.#finish(true))
  }

  get damaged(): boolean {
    return this.#damaged
  }

  get consumed(): number {
    return this.#stream.bytesWritten
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    if (!this.#open) return false
    let isTaken = false
    this.#stream.write(bytes, () => {
      isTaken = true
      this.#wake()
    })
    await this.#passOnUntil(() => isTaken)
    return this.#open
  }

  async end(): Promise<void> {
    if (!this.#open) return
    this.#stream.end()
    await this.#passOnUntil(() => false)
  }

  #receive(chunk: Uint8Array): void {
    this.#ready.push(chunk)
    this.#readyBytes += chunk.length
    if (this.#readyBytes >= MOST_READY) this.#stream.pause()
    this.#wake()
  }

  #finish(damaged: boolean): void {
    this.#over = true
    this.#damaged ||= damaged
    this.#stream.destroy()
    this.#wake()
  }

  /** Passes on what is ready, until `isDone` and nothing is ready, or nothing comes any more. */
  async #passOnUntil(isDone: () => boolean): Promise<void> {
    while (this.#open) {
      if (this.#ready.length > 0) await this.#passOn()
      else if (this.#over) this.#open = false
      else if (isDone()) return
      else await new Promise<void>(resolve => (this.#wake = resolve))
    }
  }

  async #passOn(): Promise<void> {
    const ready = this.#ready
    this.#ready = []
    this.#readyBytes = 0
    this.#stream.resume()
    for (const chunk of ready) {
      if (await this.#output(chunk)) continue
      this.#open = false
      this.#ready = []
      this.#stream.destroy()
      return
    }
  }
}
