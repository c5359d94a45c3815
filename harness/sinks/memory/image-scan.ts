import type { Scanner, ScanStream } from '../../scan/scan.ts'
import type { Ledger } from '../ledger.ts'
import { inParallel } from '../parallel.ts'
import { type Emit, sighted } from '../sighted.ts'
import type { Piece } from './image.ts'

/** Bytes of pieces that do not touch which are worth a stream: what one finds out of order is told for each MiB. */
const WORTH_A_STREAM = 64 * 2 ** 20

export interface ImageScanOptions {
  readonly scanner: Scanner
  readonly emit: Emit
  readonly ledger: Ledger
  readonly signal: AbortSignal
  /** when the memory was as it is searched */
  readonly at: Date
}

/** Searches copied memory. The offset of a sighting is its address; pieces that touch are searched as one. */
export async function scanImage(pieces: readonly Piece[], options: ImageScanOptions): Promise<void> {
  const { scanner, signal, ledger } = options
  await inParallel(groupsOf(pieces), scanner.atOnce ?? 1, signal, group => scanGroup(group, options))
  if (signal.aborted)
    ledger.incomplete('memory', 'not searched to the end: the time was up, or the run was interrupted')
}

/** Pieces for one stream each: of one process, and cut only where they do not touch. */
function groupsOf(pieces: readonly Piece[]): Piece[][] {
  const groups: Piece[][] = []
  let last: Piece | undefined
  let bytes = 0
  for (const piece of pieces) {
    const isApart = last?.process !== piece.process || (bytes >= WORTH_A_STREAM && !touches(last, piece))
    if (isApart) groups.push([])
    bytes = isApart ? piece.bytes.length : bytes + piece.bytes.length
    groups.at(-1)?.push(piece)
    last = piece
  }
  return groups
}

function touches(one: Piece, next: Piece): boolean {
  return one.process === next.process && one.from + one.bytes.length === next.from
}

async function scanGroup(
  group: readonly Piece[],
  { scanner, emit, ledger, signal, at }: ImageScanOptions,
): Promise<void> {
  const starts: number[] = []
  const stream = scanner.open(hit => {
    // Outputs that nobody chose are not known from what else the memory of a server holds.
    if (hit.role === 'output') return
    const index = starts.findLastIndex(start => start <= hit.offset)
    const piece = group[index]
    if (piece === undefined) return
    const { process, region } = piece
    const place = { kind: 'process', pid: process.pid, name: process.name, region: region.kind } as const
    emit({ ...sighted({ ...hit, offset: piece.from + hit.offset - (starts[index] ?? 0) }, place), at })
  })
  await pushAll(group, starts, stream, signal)
  const { incomplete, damaged = [] } = await stream.end()
  const shown = group[0] === undefined ? 'memory' : `${group[0].process.name} (${group[0].process.pid})`
  for (const reason of incomplete) {
    // Room that was freed and used again in part holds the rest of what was there.
    if (damaged.includes(reason)) ledger.skip(shown, `only a part of it is left: ${reason}`)
    else ledger.incomplete(shown, reason)
  }
}

async function pushAll(
  group: readonly Piece[],
  starts: number[],
  stream: ScanStream,
  signal: AbortSignal,
): Promise<void> {
  let pushed = 0
  for (const { bytes } of group) {
    if (signal.aborted) return
    starts.push(pushed)
    pushed += bytes.length
    await stream.push(bytes)
  }
}
