import { basename, dirname, join } from 'node:path'
import type { Hit, Scanner } from '../../scan/scan.ts'
import { type Emit, sighted } from '../sighted.ts'

/** A record that rotation cut, or the records of one answer, lie within so many bytes of the seam. */
const KEPT_BYTES = 64 * 1024
const ROTATED = /[.-](\d+(?:[-T_.]?\d+)*)(?=\.|$)/
const PACKED = /\.gz$/
/** Longer numbers are dates. */
const LONGEST_NUMBER = 4

/** The first and the last bytes of a log's text; all of it where it is short. */
export class LogEnds {
  #head: Buffer = Buffer.alloc(0)
  #tail: Buffer = Buffer.alloc(0)
  #bytes = 0

  /** The chunk may be reused afterwards. */
  push(chunk: Uint8Array): void {
    if (this.#head.length < KEPT_BYTES) {
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, KEPT_BYTES - this.#head.length)])
    }
    this.#tail = Buffer.concat([this.#tail, chunk.subarray(-KEPT_BYTES)]).subarray(-KEPT_BYTES)
    this.#bytes += chunk.length
  }

  get head(): Uint8Array {
    return this.#head
  }

  get tail(): Uint8Array {
    return this.#tail
  }

  /** where `tail` begins in the text */
  get tailAt(): number {
    return this.#bytes - this.#tail.length
  }
}

/** A log file that was read: how it may be shown, and its ends. */
export interface ReadLog {
  readonly path: string
  readonly shown: string
  readonly ends: LogEnds
}

/** What seams are scanned with, and where it goes. */
export interface SeamTools {
  readonly scanner: Scanner
  readonly emit: Emit
  /** says what was not scanned at the end of a file, which is given as it may be shown */
  readonly incomplete: (shown: string, reason: string) => void
}

interface Rotated {
  /** the same for all files of one log */
  readonly log: string
  /** digits of its number or date; null for the file that is written to */
  readonly mark: string | null
}

function rotatedOf(path: string): Rotated {
  const name = basename(path).replace(PACKED, '')
  const mark = ROTATED.exec(name)?.[1] ?? null
  return { log: join(dirname(path), name.replace(ROTATED, '')), mark: mark?.replace(/\D/g, '') ?? null }
}

/** Older first: higher numbers, earlier dates, and last the file that is written to. */
function byAge(one: Rotated, other: Rotated): number {
  if (one.mark === null || other.mark === null) return Number(one.mark === null) - Number(other.mark === null)
  const isNumber = one.mark.length <= LONGEST_NUMBER && other.mark.length <= LONGEST_NUMBER
  return isNumber ? Number(other.mark) - Number(one.mark) : one.mark.localeCompare(other.mark)
}

/**
 * Finds what rotation cut: canaries that neither of two files that follow each other holds, but both together, at the end
 * of the older one. Knows numbers and dates in names, as logrotate and logging libraries write them.
 */
export async function scanSeams(logs: readonly ReadLog[], tools: SeamTools): Promise<void> {
  const rotated = logs.map(log => ({ ...log, ...rotatedOf(log.path) }))
  for (const files of Map.groupBy(rotated, ({ log }) => log).values()) {
    files.sort(byAge)
    for (const [index, older] of files.entries()) {
      const newer = files[index + 1]
      if (newer !== undefined) await scanSeam(older, newer, tools)
    }
  }
}

async function scanSeam(older: ReadLog, newer: ReadLog, { scanner, emit, incomplete }: SeamTools): Promise<void> {
  const { tail, tailAt } = older.ends
  const { head } = newer.ends
  const alone = [await scanParts(scanner, [tail]), await scanParts(scanner, [head])]
  const known = new Set(alone.flatMap(({ hits }) => hits.map(hit => hit.canary)))
  const both = await scanParts(scanner, [tail, head])
  for (const hit of both.hits) {
    if (known.has(hit.canary)) continue
    const atSeam = { ...hit, offset: tailAt + hit.offset, via: ['rotation', ...hit.via] }
    emit(sighted(atSeam, { kind: 'file', path: older.shown }))
  }
  // What one of the ends says alone was said of its file, or comes from where it was cut for this.
  const said = new Set(alone.flatMap(part => part.incomplete.map(withoutNumbers)))
  for (const reason of both.incomplete) {
    if (!said.has(withoutNumbers(reason))) incomplete(older.shown, `where it was rotated: ${reason}`)
  }
}

/** The same reason at another place. */
const withoutNumbers = (reason: string): string => reason.replace(/\d+/g, '')

async function scanParts(
  scanner: Scanner,
  parts: readonly Uint8Array[],
): Promise<{ readonly hits: readonly Hit[]; readonly incomplete: readonly string[] }> {
  const hits: Hit[] = []
  const stream = scanner.open(hit => hits.push(hit))
  for (const part of parts) await stream.push(part)
  const { incomplete } = await stream.end()
  return { hits, incomplete }
}
