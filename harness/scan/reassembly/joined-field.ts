import type { Hit, ScanStream } from '../scan.ts'

/** More than a scan holds back before it tells what it found. */
const KEPT_BYTES = 64 * 1024
const GATHERED_CHARACTERS = 4096

/** The texts of one field over consecutive records, joined to one and scanned. */
export class JoinedField {
  readonly #open: () => ScanStream
  /** opened when there is more than one record to join */
  #stream: ScanStream | null = null
  readonly #report: (hit: Hit) => void
  /** where each record's text begins in the joined text, and where its line begins in the stream */
  #records: { readonly at: number; readonly offset: number }[] = []
  #length = 0
  /** when it was last added to, in records of the stream */
  lastUsed = 0
  /** texts that are still to be scanned: many small ones cost more one by one */
  #gathered = ''

  constructor(open: (onHit: (hit: Hit) => void) => ScanStream, report: (hit: Hit) => void) {
    this.#report = report
    this.#open = () => open(hit => this.#found(hit))
  }

  add(text: string, offset: number): void {
    this.#records.push({ at: this.#length, offset })
    this.#length += text.length
    this.#gathered += text
  }

  /** enough has gathered to `flush` */
  get isFull(): boolean {
    return this.#gathered.length >= GATHERED_CHARACTERS
  }

  async flush(): Promise<void> {
    const bytes = Buffer.from(this.#gathered, 'latin1')
    this.#gathered = ''
    this.#forget()
    this.#stream ??= this.#open()
    await this.#stream.push(bytes)
  }

  async end(): Promise<void> {
    if (this.#stream === null && this.#records.length < 2) return
    await this.flush()
    await this.#stream?.end()
  }

  #forget(): void {
    const oldest = this.#records[0]
    if (oldest === undefined || this.#length - oldest.at < 2 * KEPT_BYTES) return
    this.#records = this.#records.filter(({ at }) => this.#length - at <= KEPT_BYTES)
  }

  /** What lies within one record is found there; only what several hold together is told here. */
  #found(hit: Hit): void {
    const first = this.#recordAt(hit.offset)
    if (first !== undefined && first === this.#recordAt(hit.offset + hit.length - 1)) return
    const offset = (first ?? this.#records[0])?.offset ?? 0
    this.#report({ ...hit, via: ['records', ...hit.via], offset })
  }

  #recordAt(position: number): { readonly offset: number } | undefined {
    return this.#records.findLast(({ at }) => at <= position)
  }
}
