import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { createGunzip, type Gunzip } from 'node:zlib'
import { reasonOf } from '../../model/error.ts'
import type { Scanner } from '../../scan/scan.ts'
import { readFileInto } from '../disk/file.ts'
import type { Ledger } from '../ledger.ts'
import { type Emit, scanAt } from '../sighted.ts'
import type { Inventory } from './inventory.ts'
import { Lines } from './lines.ts'
import { LogEnds } from './rotation.ts'

const MOST_INFLATED_BYTES = 256 * 1024 * 1024
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b])

export interface LogFileScan {
  readonly scanner: Scanner
  readonly emit: Emit
  readonly ledger: Ledger
  readonly inventory: Inventory
  readonly signal: AbortSignal
}

/**
 * Scans the whole of a log file, and takes its records into the inventory; those of a `.gz` too. Returns the ends of its
 * text, as far as it was read.
 */
export async function scanLogFile(path: string, shown: string, scan: LogFileScan): Promise<LogEnds> {
  const { ledger } = scan
  const ends = new LogEnds()
  const stream = scanAt(scan.scanner, { kind: 'file', path: shown }, scan.emit)
  const lines = new Lines(line => scan.inventory.add(line, shown))
  let records: Records | null = null
  const reading = await readFileInto(
    path,
    {
      push: async chunk => {
        records ??= startsAsGzip(chunk) ? new GzipRecords(lines, ends) : new PlainRecords(lines, ends)
        await stream.push(chunk)
        await records.push(chunk)
      },
    },
    scan.signal,
  )
  for (const reason of (await stream.end()).incomplete) ledger.incomplete(shown, reason)
  const gap = await (records as Records | null)?.end()
  if (gap) ledger.incomplete(shown, gap)
  if (reading.kind === 'vanished') ledger.skip(shown, reading.reason)
  if (reading.kind === 'denied' || reading.kind === 'cut') ledger.incomplete(shown, reading.reason)
  if ('bytes' in reading) {
    ledger.bytes += reading.bytes
    ledger.items += 1
  }
  return ends
}

const startsAsGzip = (chunk: Uint8Array): boolean => GZIP_MAGIC.equals(chunk.subarray(0, GZIP_MAGIC.length))

interface Records {
  push(chunk: Uint8Array): Promise<void>
  /** why some records were not read, or null */
  end(): Promise<string | null>
}

class PlainRecords implements Records {
  readonly #lines: Lines
  readonly #ends: LogEnds

  constructor(lines: Lines, ends: LogEnds) {
    this.#lines = lines
    this.#ends = ends
  }

  async push(chunk: Uint8Array): Promise<void> {
    this.#lines.push(chunk)
    this.#ends.push(chunk)
  }

  async end(): Promise<null> {
    this.#lines.end()
    return null
  }
}

class GzipRecords implements Records {
  readonly #lines: Lines
  readonly #ends: LogEnds
  readonly #gunzip: Gunzip = createGunzip()
  #inflated = 0
  #gap: string | null = null

  constructor(lines: Lines, ends: LogEnds) {
    this.#lines = lines
    this.#ends = ends
    this.#gunzip.on('data', (chunk: Buffer) => this.#onInflated(chunk))
    this.#gunzip.on('error', error => {
      this.#gap ??= `records not read to the end: ${reasonOf(error)}`
    })
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (this.#gap !== null) return
    // copied, since the caller reuses the chunk
    if (!this.#gunzip.write(Buffer.from(chunk))) await this.#until('drain')
  }

  async end(): Promise<string | null> {
    if (this.#gap === null) {
      this.#gunzip.end()
      await this.#until('end')
    }
    this.#lines.end()
    return this.#gap
  }

  #onInflated(chunk: Buffer): void {
    this.#inflated += chunk.length
    this.#lines.push(chunk)
    this.#ends.push(chunk)
    if (this.#inflated < MOST_INFLATED_BYTES) return
    this.#gap ??= `records beyond ${MOST_INFLATED_BYTES / 2 ** 20} MiB were not read`
    this.#gunzip.destroy()
  }

  /** Ends with the stream, however that ends. */
  async #until(event: 'drain' | 'end'): Promise<void> {
    if (this.#gunzip.destroyed) return
    const over = new AbortController()
    const { signal } = over
    await Promise.race([once(this.#gunzip, event, { signal }), once(this.#gunzip, 'close', { signal })]).catch(() => {})
    over.abort()
  }
}
