import type { Hit } from '../scan.ts'
import type { JoinedHit, OnHit } from './joined-hits.ts'
import { Pieces } from './pieces.ts'

/** What scans a text that was joined. */
export interface Joined {
  push(bytes: Uint8Array): Promise<void>
  end(): Promise<void>
}

/** Opens what scans a text that was joined. */
export type OpenJoined = (onHit: OnHit) => Joined

/** More than a scan holds back before it tells what it found. */
const KEPT_CHARACTERS = 512 * 1024
/** Pieces are scanned together: many small ones cost more one by one. */
const GATHERED_BYTES = 4096
const SMALLEST_BUFFER = 64
/** No canary under the usual encodings is longer. */
const SEAM = 8192
/** Longer pieces hold a magic whole wherever a canary is cut. */
const LONGEST_PIECE = 52

const SEPARATOR = Uint8Array.of(0x20)

/** Pieces of text that belong together, joined to one and scanned. Takes them at once, and scans them on `flush`. */
export class JoinedText {
  readonly #open: OpenJoined
  readonly #report: (joined: JoinedHit) => void
  #joined: Joined | null = null
  readonly #pieces = new Pieces()
  #length = 0
  #buffer = new Uint8Array(SMALLEST_BUFFER)
  #gathered = 0
  #scanned = 0
  /** the last of what was scanned: `SEAM` bytes, or some more until there is no room */
  #tail = new Uint8Array(0)
  #tailLength = 0
  /** when it was last added to, as its owner counts */
  lastUsed = 0

  constructor(open: OpenJoined, report: (joined: JoinedHit) => void) {
    this.#open = open
    this.#report = report
  }

  /** A piece begins. @param record where its record or line begins @param offset where it begins itself */
  begin(record: number, offset: number, altered: boolean): void {
    this.#pieces.begin(this.#length, record, offset, altered)
  }

  /** More bytes of the piece that was begun last; they may be reused afterwards. */
  add(bytes: Uint8Array, from: number, to: number, altered: boolean): void {
    const size = to - from
    if (this.#gathered + size > this.#buffer.length) this.#grow(this.#gathered + size)
    const buffer = this.#buffer
    let at = this.#gathered
    if (size > 32) buffer.set(bytes.subarray(from, to), at)
    else for (let index = from; index < to; index++) buffer[at++] = bytes[index] ?? 0
    this.#gathered += size
    this.#length += size
    if (altered) this.#pieces.alter()
  }

  /** What is added next does not go on what was added last. */
  separate(): void {
    if (this.#length > 0) this.add(SEPARATOR, 0, 1, false)
  }

  /** What was added last is so short that a canary may have begun before it and go on behind it. */
  get mayGoOn(): boolean {
    return this.#length - this.#pieces.lastAt <= LONGEST_PIECE
  }

  /** enough has gathered to `flush` */
  get isFull(): boolean {
    return this.#gathered >= GATHERED_BYTES
  }

  async flush(): Promise<void> {
    this.#remember(await this.#scan())
    this.#pieces.forget(this.#length - KEPT_CHARACTERS)
  }

  /** Returns what was scanned: it is valid until more is added. */
  async #scan(): Promise<Uint8Array> {
    const bytes = this.#buffer.subarray(0, this.#gathered)
    this.#joined ??= await this.#begin()
    await this.#joined.push(bytes)
    this.#gathered = 0
    this.#scanned += bytes.length
    return bytes
  }

  #remember(bytes: Uint8Array): void {
    const last = bytes.subarray(-SEAM)
    if (last.length > this.#tail.length - this.#tailLength) this.#shrinkTail(2 * SEAM)
    this.#tail.set(last, this.#tailLength)
    this.#tailLength += last.length
  }

  /** Keeps the last `SEAM` bytes at most, in a buffer of another size. */
  #shrinkTail(size: number): void {
    const kept = this.#tail.subarray(Math.max(0, this.#tailLength - SEAM), this.#tailLength)
    if (size !== this.#tail.length) this.#tail = new Uint8Array(size)
    this.#tail.set(kept)
    this.#tailLength = kept.length
  }

  async #begin(): Promise<Joined> {
    if (this.#tailLength > SEAM) this.#shrinkTail(2 * SEAM)
    const base = this.#scanned - this.#tailLength
    const joined = this.#open((hit, span) => this.#found(hit, base + hit.offset, span))
    if (this.#tailLength > 0) await joined.push(this.#tail.subarray(0, this.#tailLength))
    return joined
  }

  /** Scans to the end of what has come, and will begin anew with the last of it: no seam is lost, but found twice. */
  async pause(): Promise<void> {
    await this.flush()
    await this.#joined?.end()
    this.#joined = null
    this.#shrinkTail(Math.min(SEAM, this.#tailLength))
    this.#buffer = new Uint8Array(SMALLEST_BUFFER)
  }

  /** @param shortest fewer bytes than these cannot hold anything */
  async end(shortest: number): Promise<void> {
    if (this.#length < shortest || (this.#joined === null && !this.#isWorthIt)) return
    await this.#scan()
    await this.#joined?.end()
  }

  /** One piece as it stands in the layer was scanned there. */
  get #isWorthIt(): boolean {
    return this.#pieces.count > 1 || this.#pieces.isAltered(0)
  }

  #grow(wanted: number): void {
    const grown = new Uint8Array(Math.max(2 * this.#buffer.length, wanted))
    grown.set(this.#buffer.subarray(0, this.#gathered))
    this.#buffer = grown
  }

  /** What lies within one piece is found in the layer as it stands; unless it says something else there. */
  #found(hit: Hit, at: number, span: number | undefined): void {
    const lastAt = at + (span ?? hit.length) - 1
    const pieces = this.#pieces
    const first = pieces.indexAt(at)
    const last = pieces.indexAt(lastAt)
    if (first === last && !pieces.isAltered(first) && span === undefined) return
    const joined = { ...hit, offset: pieces.recordOf(first) }
    this.#report({ hit: joined, from: pieces.offsetOf(first, at), to: pieces.latestOffsetOf(last, lastAt) + 1 })
  }
}
