import { createReadStream } from 'node:fs'
import { lstat, realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import { installedVocabularies } from '../canary/tokens/load.ts'
import { EXIT, type ExitCode, reasonOf } from '../model/error.ts'
import { readMeta } from '../run/history.ts'
import { keyPath, readKey } from '../run/key-file.ts'
import type { Scanner } from '../scan/scan.ts'
import { createPooledScanner } from '../scan/workers/pooled-scanner.ts'
import { TreeScan } from '../sinks/disk/tree/tree-scan.ts'
import { Ledger } from '../sinks/ledger.ts'
import { ownPaths } from '../sinks/own-paths.ts'
import { type Emit, scanAt } from '../sinks/sighted.ts'
import type { Coverage, SinkSighting } from '../sinks/sink.ts'
import { interruption } from './interrupt.ts'
import { print } from './output.ts'

export interface ScanFlags {
  readonly run: string
  readonly key?: string
  readonly json?: boolean
  readonly deep?: boolean
  readonly workers?: number
}

interface Scanning {
  readonly scanner: Scanner
  readonly emit: Emit
  readonly ledger: Ledger
  readonly isOwn: (path: string) => boolean
  readonly signal: AbortSignal
}

/** `lethe scan`: 1 when a canary that was sent, or may have been, was found; 3 when something was not seen; else 0. */
export async function scanCommand(paths: readonly string[], flags: ScanFlags): Promise<ExitCode> {
  const run = resolve(flags.run)
  await readMeta(run)
  const key = await readKey(run, flags.key)
  const tally = { found: 0, decoys: 0 }
  const ledger = new Ledger()
  await using scanner = createPooledScanner(key, flags.deep === true ? { encodings: 3 } : {}, {
    vocabularies: await installedVocabularies(),
    ...(flags.workers === undefined ? {} : { workers: flags.workers }),
  })
  const scanning: Scanning = {
    scanner,
    emit: sighting => {
      if (sighting.role === 'decoy') tally.decoys += sighting.confirmed ? 1 : 0
      else tally.found += 1
      print(flags.json === true ? jsonLine(sighting) : textLine(sighting))
    },
    ledger,
    isOwn: ownPaths([run, keyPath(run), ...(flags.key === undefined ? [] : [flags.key])]),
    signal: interruption(),
  }
  for (const path of paths) await scanPath(path, scanning)
  const coverage = ledger.coverage()
  const { blindTo } = scanner
  print(flags.json === true ? jsonCoverage(coverage, tally.decoys, blindTo) : textCoverage(coverage, tally, blindTo))
  if (tally.decoys > 0) return EXIT.harness
  if (tally.found > 0) return EXIT.violated
  return coverage.incomplete.length > 0 ? EXIT.inconclusive : EXIT.pass
}

/** What a person names is followed once when it is a link, read when it is a block device, and never waited for. */
async function scanPath(path: string, scanning: Scanning): Promise<void> {
  if (path === '-') return scanStream('-', process.stdin, scanning)
  try {
    const root = await realpath(path)
    const stats = await lstat(root)
    if (stats.isBlockDevice()) return await scanStream(path, createReadStream(root), scanning)
    if (!stats.isFile() && !stats.isDirectory())
      return scanning.ledger.incomplete(path, 'is neither a file, a folder nor a block device')
    await new TreeScan(scanning).scan(root)
  } catch (error) {
    scanning.ledger.incomplete(path, reasonOf(error))
  }
}

async function scanStream(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  { scanner, emit, ledger, signal }: Scanning,
): Promise<void> {
  const stream = scanAt(scanner, { kind: 'file', path }, emit)
  try {
    for await (const chunk of chunks) {
      if (signal.aborted) throw new Error('interrupted')
      await stream.push(chunk)
    }
  } catch (error) {
    ledger.incomplete(path, reasonOf(error))
  }
  const { bytes, incomplete } = await stream.end()
  for (const reason of incomplete) ledger.incomplete(path, reason)
  ledger.bytes += bytes
  ledger.items += 1
}

function jsonLine({ canary, role, place, offset, length, via, confirmed, sha256 }: SinkSighting): string {
  const path = 'path' in place ? place.path : ''
  return `${JSON.stringify({ type: 'sighting', canary, role, path, in: place.kind, offset, length, via, confirmed, sha256 })}\n`
}

function jsonCoverage({ bytes, items, incomplete, skipped }: Coverage, decoys: number, blindTo: string | null): string {
  return `${JSON.stringify({ type: 'coverage', bytes, items, incomplete, skipped, decoys, blindTo })}\n`
}

function textLine({ canary, role, place, offset, length, via, confirmed }: SinkSighting): string {
  const chain = via.length === 0 ? 'plain' : via.join(' > ')
  const path = 'path' in place ? place.path : ''
  const where = place.kind === 'name' ? `the name of ${JSON.stringify(path)}` : JSON.stringify(path)
  return `${confirmed ? 'found' : 'perhaps'} ${role} ${canary} in ${where} at ${offset}, ${length} bytes, ${chain}\n`
}

function textCoverage(
  { bytes, items, incomplete }: Coverage,
  { found, decoys }: { found: number; decoys: number },
  blindTo: string | null,
): string {
  const gaps = incomplete.map(({ path, reason }) => `not seen: ${JSON.stringify(path)}: ${reason}\n`).join('')
  const limit = blindTo === null ? '' : `not looked for: ${blindTo}\n`
  const invalid = decoys > 0 ? `${decoys} decoys found, which were never sent: this scan cannot be trusted\n` : ''
  return `${gaps}${limit}${invalid}${found} found in ${items} items, ${bytes} bytes\n`
}
