import { Buffer } from 'node:buffer'
import { basename } from 'node:path'
import type { Place } from '../../../model/sighting.ts'
import type { Hit } from '../../../scan/scan.ts'
import type { Ledger } from '../../ledger.ts'
import { scanName } from '../../names.ts'
import { Seen } from '../../seen.ts'
import { type Emit, sighted } from '../../sighted.ts'
import type { SinkContext, SinkSighting } from '../../sink.ts'
import type { WrittenFile } from './messages.ts'

const MOST_GAPS = 1000
const MOST_NAMES = 1000
/** kept in memory as long as outputs to look for are not known */
const MOST_KEPT_BYTES = 64 * 2 ** 20

/** One reading of a file, or of a part of it, as it was at one moment. */
export interface Reading {
  push(bytes: Uint8Array): Promise<void>
  end(): Promise<void>
}

interface Kept {
  readonly place: Place
  readonly base: number
  readonly chunks: Uint8Array[]
}

/**
 * Scans what was seen while it was written, and keeps the sightings for every later scan. What came before the outputs to
 * look for were known is kept, at most 64 MiB, and scanned again when they are.
 */
export class WrittenScan {
  readonly #context: SinkContext
  readonly #seen = new Seen()
  readonly #gaps = new Map<string, readonly [string, string]>()
  readonly #notes = new Map<string, readonly [string, string]>()
  readonly #names = new Map<string, string>()
  readonly #isTheirs: (path: string) => boolean
  #kept: Kept[] | null
  #keptBytes = 0
  #bytes = 0
  #items = 0

  /** @param isTheirs whether a file may be the deployment's: what of another one could not be read is no reason to doubt */
  constructor(context: SinkContext, isTheirs: (path: string) => boolean) {
    this.#context = context
    this.#isTheirs = isTheirs
    this.#kept = context.scanner.isWaiting === true ? [] : null
  }

  /** @param base where the reading begins in the file; offsets are the file's */
  async read(file: WrittenFile, base: number): Promise<Reading> {
    const place = placeOf(await this.name(file), file)
    const chunks: Uint8Array[] | null = this.#kept === null ? null : []
    if (chunks !== null) this.#kept?.push({ place, base, chunks })
    const stream = this.#context.scanner.open(hit => this.#keep(hit, place, base))
    this.#items += 1
    return {
      push: async bytes => {
        this.#bytes += bytes.length
        if (chunks !== null) this.#keepBytes(chunks, bytes)
        await stream.push(bytes)
      },
      end: async () => {
        for (const reason of (await stream.end()).incomplete) this.gapAt(place.path, reason)
      },
    }
  }

  /** Looks at the last part of a path. @returns the path as it may be shown */
  async name({ path }: WrittenFile): Promise<string> {
    const text = Buffer.from(path).toString('latin1')
    const before = this.#names.get(text)
    if (before !== undefined) return before
    const { shown, hits } = await scanName(this.#context.scanner, path)
    const lastPart = path.length - basename(text).length
    for (const hit of hits) {
      if (hit.offset >= lastPart) this.#keep(hit, { kind: 'name', path: shown }, -lastPart)
    }
    if (this.#names.size >= MOST_NAMES) this.#names.clear()
    this.#names.set(text, shown)
    return shown
  }

  /** Keeps a pass away from every scan from now on. */
  gap(reason: string): void {
    this.#gaps.set(reason, ['writes', reason])
  }

  /** As `gap`, where the file may be the deployment's; else it is only told. */
  gapAt(path: string, reason: string): void {
    const list = this.#isTheirs(path) ? this.#gaps : this.#notes
    if (list.size < MOST_GAPS) list.set(`${path}\0${reason}`, [path, reason])
    else list.set('more', ['writes', 'and more of the kind'])
  }

  /** Scans again what came too early. */
  async flush(): Promise<void> {
    if (this.#kept === null || this.#context.scanner.isWaiting === true) return
    const kept = this.#kept
    this.#kept = null
    for (const { place, base, chunks } of kept) {
      const stream = this.#context.scanner.open(hit => this.#keep(hit, place, base))
      for (const chunk of chunks) await stream.push(chunk)
      await stream.end()
    }
  }

  report(emit: Emit, ledger: Ledger): void {
    this.#seen.replay(emit)
    ledger.bytes += this.#bytes
    ledger.items += this.#items
    for (const [path, reason] of this.#gaps.values()) ledger.incomplete(path, reason)
    for (const [path, reason] of this.#notes.values()) ledger.skip(path, reason)
    if (this.#seen.lost > 0) ledger.incomplete('writes', `${this.#seen.lost} sightings were not kept`)
  }

  #keep(hit: Hit, place: Place, base: number): void {
    const sighting: SinkSighting = sighted({ ...hit, offset: hit.offset + base }, place)
    this.#seen.add({ ...sighting, scan: 'during-traffic' })
  }

  #keepBytes(chunks: Uint8Array[], bytes: Uint8Array): void {
    this.#keptBytes += bytes.length
    if (this.#keptBytes <= MOST_KEPT_BYTES) chunks.push(bytes)
    else this.gap(`outputs were not looked for beyond the first ${MOST_KEPT_BYTES / 2 ** 20} MiB that were written`)
  }
}

function placeOf(path: string, { by }: WrittenFile): Extract<Place, { kind: 'file' }> {
  return { kind: 'file', path, ...(by === null ? {} : { by: { pid: by.pid, name: by.name } }) }
}
