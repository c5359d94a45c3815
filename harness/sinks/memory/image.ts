import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { reasonOf } from '../../model/error.ts'
import { errnoOf } from '../denial.ts'
import type { Ledger } from '../ledger.ts'
import type { ProcessEntry } from '../processes/process-table.ts'
import { PageTable } from './pages.ts'
import { type Region, type Run, regionsOf } from './regions.ts'

/** A part of a process's memory, copied. */
export interface Piece {
  readonly process: ProcessEntry
  readonly region: Region
  /** address of its first byte */
  readonly from: number
  readonly bytes: Buffer
}

export interface ImageOptions {
  readonly ledger: Ledger
  /** a file that was changed at this time or later may hold what was sent since */
  readonly openedAt: number
  /** room for at least a page of so many bytes */
  readonly room: (bytes: number) => Buffer
}

/** Changes of a file are told by a clock that ticks a few hundred times a second. */
const CLOCK_MS = 1000
const GONE = ['ENOENT', 'ESRCH']

/**
 * Everything that a process holds in its memory, in the order of addresses: pages that were never touched, devices,
 * and files that are what they were before the run are left out. Each piece is read when it is asked for.
 */
export function* piecesOf(process: ProcessEntry, options: ImageOptions): Generator<Piece> {
  const shown = `${process.name} (${process.pid})`
  let descriptor: number | null = null
  try {
    descriptor = openSync(`/proc/${process.pid}/mem`, 'r')
    using pages = new PageTable(process.pid)
    for (const region of regionsOf(process.pid)) {
      if (region.resident === 0 || isLeftOut(process, region, options)) continue
      const { runs, isCut } = pages.runs(region)
      if (isCut)
        options.ledger.incomplete(
          `${region.kind} of ${shown}`,
          `of ${region.to - region.from} bytes not all that are in use were found: they are too many, or too scattered`,
        )
      for (const run of runs) yield* piecesOfRun(descriptor, process, region, run, options)
    }
    options.ledger.items += 1
  } catch (error) {
    if (GONE.includes(errnoOf(error) ?? '')) options.ledger.skip(shown, 'ended before it was read')
    else options.ledger.incomplete(shown, `its memory cannot be read: ${reasonOf(error)}`)
  } finally {
    if (descriptor !== null) closeSync(descriptor)
  }
}

function* piecesOfRun(
  descriptor: number,
  process: ProcessEntry,
  region: Region,
  run: Run,
  { ledger, room }: ImageOptions,
): Generator<Piece> {
  for (let at = run.from; at < run.to; ) {
    const bytes = room(run.to - at)
    let read = 0
    try {
      read = readSync(descriptor, bytes, 0, bytes.length, BigInt(at))
    } catch (error) {
      if (GONE.includes(errnoOf(error) ?? '')) throw error
      return ledger.incomplete(
        `${region.kind} of ${process.name} (${process.pid})`,
        `cannot be read: ${reasonOf(error)}`,
      )
    }
    // The process has ended, and its memory is gone.
    if (read === 0) return
    ledger.bytes += read
    yield { process, region, from: at, bytes: bytes.subarray(0, read) }
    at += read
  }
}

function isLeftOut({ pid, name: program }: ProcessEntry, region: Region, { ledger, openedAt }: ImageOptions): boolean {
  const { isDevice, kind, changed, access, name } = region
  if (isDevice) {
    ledger.skip(`${name} of ${program} (${pid})`, 'memory of a device')
    return true
  }
  if (kind !== 'file' || changed > 0 || access.includes('w') || name.endsWith(' (deleted)')) return false
  if (!isOlder(`/proc/${pid}/root${name}`, openedAt)) return false
  ledger.skip('mapped files', 'are what they were before the run, and read only')
  return true
}

function isOlder(path: string, openedAt: number): boolean {
  try {
    return statSync(path).ctimeMs < openedAt - CLOCK_MS
  } catch {
    return false
  }
}
