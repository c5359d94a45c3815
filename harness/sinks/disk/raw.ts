import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Canary } from '../../model/canary.ts'
import type { DeclarationOf } from '../../model/declaration.ts'
import { LetheError, reasonOf } from '../../model/error.ts'
import { withinBudget } from '../budget.ts'
import { Ledger } from '../ledger.ts'
import { libc } from '../native/libc.ts'
import type { Emit } from '../sighted.ts'
import type { Coverage, OpenSink, Sink, SinkContext } from '../sink.ts'
import { devicesOver, sectorsWritten } from './raw/block-devices.ts'
import { type Mount, mountsOn } from './raw/mounts.ts'
import { type RawScan, RawSource } from './raw/raw-source.ts'
import { OwnSwap } from './swap/own-swap.ts'

const BLOCK_BYTES = 4096
const CONTROL_BLOCKS = 4
const PLANT_MS = 60_000
const CLOSE_MS = 5000
const NEVER = new AbortController().signal
const MEND = 'Mount it so that Lethe may write there, and see the kernel log (dmesg) for errors of the device.'

/**
 * A block device, or an image of one, whole: what is allocated, what is not any more, and the journal. What the file system still
 * holds back is written out first.
 *
 * The control is a file that is written through a mounted file system of the device, and deleted: it must be found all the same.
 * It cannot be taken back: its blocks stay until they are used again.
 */
export function rawSink(declaration: DeclarationOf<'disk-raw'>): Sink {
  return {
    id: `disk:${declaration.name ?? 'raw'}`,
    medium: 'disk',
    tier: 'T1',
    blindTo:
      'blocks that were used again or discarded, and what was deleted before it was written out; a compressed file that lies there in pieces is said',
    opens: 'before-start',
    open: async context => {
      const source = await RawSource.open(declaration.path)
      return new OpenRaw(source, context, declaration.minutes * 60_000, await OwnSwap.watch())
    },
  }
}

class OpenRaw implements OpenSink {
  readonly #source: RawSource
  readonly #context: SinkContext
  readonly #within: number
  readonly #own: OwnSwap
  /** what was damaged before traffic: pieces of older files, which hold nothing of this run */
  #before: ReadonlySet<string> = new Set()
  #isClosed = false

  constructor(source: RawSource, context: SinkContext, within: number, own: OwnSwap) {
    this.#own = own
    this.#source = source
    this.#context = context
    this.#within = within
  }

  async plant(control: Canary): Promise<void> {
    const mount = await this.#plantSomewhere(control)
    let isThere = false
    const { scan, cut } = await this.#pass(sighting => {
      isThere ||= sighting.canary === control.id
    })
    this.#before = new Set(scan?.damaged ?? [])
    // A device that could not be read to its end may hold it behind: each scan says so.
    if (!isThere && cut === null && scan?.gaps.length === 0) throw lost(this.#source.path, mount)
  }

  async pulse(): Promise<string> {
    return sectorsWritten(await devicesOver(this.#source.stats))
  }

  async scan(emit: Emit): Promise<Coverage> {
    const ledger = new Ledger()
    const { path } = this.#source
    const doubt = await this.#own.doubt()
    const unsure: Emit = sighting => emit(sighting.role === 'control' ? sighting : { ...sighting, confirmed: false })
    const { scan, cut } = await this.#pass(doubt === null ? emit : unsure)
    if (doubt !== null) ledger.skip(path, doubt)
    if (cut !== null) ledger.incomplete(path, cut)
    if (scan === null) return ledger.coverage()
    ledger.bytes = scan.bytes
    ledger.items = 1
    for (const gap of scan.gaps) ledger.incomplete(path, gap)
    const older = scan.damaged.filter(one => this.#before.has(one))
    for (const one of scan.damaged) if (!this.#before.has(one)) ledger.incomplete(path, one)
    if (older.length > 0) ledger.skip(path, `${older.length} pieces of compressed files lay there before traffic`)
    return ledger.coverage()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    // A read that hangs in the device would keep it open for ever.
    await withinBudget({ within: CLOSE_MS, signal: NEVER }, () => this.#source[Symbol.asyncDispose]())
  }

  /** Writes out what is held back, then reads all of it. */
  async #pass(emit: Emit): Promise<{ scan: RawScan | null; cut: string | null }> {
    let scan: RawScan | null = null
    const budget = { within: this.#within, signal: this.#context.signal }
    const cut = await withinBudget(budget, async signal => {
      for (const { path } of await this.#mounts()) await writeOut(path)
      scan = await this.#source.scan({ scanner: this.#context.scanner, emit, signal })
    })
    return { scan, cut }
  }

  async #mounts(): Promise<Mount[]> {
    return mountsOn(await devicesOver(this.#source.stats))
  }

  /** In the first of its mounts that takes it: a container has some that are single files. */
  async #plantSomewhere(control: Canary): Promise<Mount> {
    let refusal = new LetheError(
      'SINK_DENIED',
      `Cannot plant the control: no file system of ${this.#source.path} is mounted where Lethe may write.`,
      'Mount it for writing while Lethe runs, or name the device that is mounted (for dm-crypt the one below /dev/mapper).',
    )
    for (const mount of await this.#mounts()) {
      try {
        await this.#plantIn(mount, control)
        return mount
      } catch (error) {
        if (!(error instanceof LetheError)) throw error
        refusal = error
      }
    }
    throw refusal
  }

  async #plantIn(mount: Mount, control: Canary): Promise<void> {
    const budget = { within: PLANT_MS, signal: this.#context.signal }
    const cut = await withinBudget(budget, () => writeAndDelete(mount, control))
    if (cut !== null) throw new LetheError('SINK_DENIED', `Cannot plant the control in ${mount.path}: ${cut}.`, MEND)
  }
}

/** A few blocks, each with the control, on the medium and without a name. @throws LetheError SINK_DENIED */
async function writeAndDelete({ path: folder }: Mount, control: Canary): Promise<void> {
  const mark = createHash('sha256').update(control.id).digest('hex').slice(0, 8)
  const path = join(folder, `lethe-control-${mark}`)
  const block = Buffer.alloc(BLOCK_BYTES, '\n')
  block.write(control.text)
  try {
    const handle = await open(path, 'wx', 0o600)
    try {
      for (let index = 0; index < CONTROL_BLOCKS; index++) await handle.write(block)
      await handle.sync()
    } finally {
      await handle.close()
      await rm(path)
    }
  } catch (error) {
    throw new LetheError(
      'SINK_DENIED',
      `Cannot plant the control ${path}: ${reasonOf(error)}.`,
      `Let Lethe create a file in ${folder}; without its control the sink is inconclusive.`,
      { cause: error },
    )
  }
}

/** syncfs(2) of the file system that is mounted there; one that is gone has nothing to write out. */
async function writeOut(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => null)
  try {
    if (handle !== null) await libc()?.syncfs(handle.fd)
  } finally {
    await handle?.close()
  }
}

function lost(device: string, { path, options }: Mount): LetheError {
  const why = options.includes('discard')
    ? `${basename(path) || path} is mounted with discard, which destroys deleted files at once`
    : 'the device is encrypted, is not the one below this file system, or destroys deleted files at once'
  return new LetheError(
    'SINK_DENIED',
    `The control, a file that was written to ${path} and deleted, is not found in ${device}: ${why}.`,
    `mount -o remount,nodiscard ${path} (and no fstrim while Lethe runs), or name the device that is mounted there.`,
  )
}
