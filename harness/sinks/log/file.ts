import { basename } from 'node:path'
import type { Canary } from '../../model/canary.ts'
import type { DeclarationOf } from '../../model/declaration.ts'
import { LetheError, reasonOf } from '../../model/error.ts'
import { withinBudget } from '../budget.ts'
import { Ledger } from '../ledger.ts'
import { scanName } from '../names.ts'
import { ownPaths } from '../own-paths.ts'
import { type Emit, sighted } from '../sighted.ts'
import type { Coverage, OpenSink, Sink, SinkContext } from '../sink.ts'
import { controlLine } from './control-line.ts'
import { ControlRecord } from './control-record.ts'
import { Inventory } from './inventory.ts'
import { scanLogFile } from './log-file-scan.ts'
import { findLogFiles, type LogFile } from './log-files.ts'
import { type ReadLog, scanSeams } from './rotation.ts'

const SCAN_WITHIN_MS = 10 * 60_000

/**
 * A log file, or several by a glob. Each scan reads all of them whole, rotated `.gz` ones too, and what
 * rotation cut.
 *
 * The control is one record appended to the newest file; where there is no file yet it is appended at the first scan
 * that finds one.
 */
export function logFileSink(declaration: DeclarationOf<'log-file'>): Sink {
  return {
    id: `log:${declaration.name ?? basename(declaration.path)}`,
    medium: 'log',
    tier: 'T0',
    blindTo: 'what was removed from the log before it was scanned',
    opens: 'before-start',
    open: async context => new OpenLogFiles(declaration, context),
  }
}

class OpenLogFiles implements OpenSink {
  readonly #declaration: DeclarationOf<'log-file'>
  readonly #context: SinkContext
  #waiting: Canary | null = null
  #planted: { readonly line: string; readonly record: ControlRecord } | null = null

  constructor(declaration: DeclarationOf<'log-file'>, context: SinkContext) {
    this.#declaration = declaration
    this.#context = context
  }

  async plant(control: Canary): Promise<void> {
    if (this.#declaration.control === 'none') {
      const mend = 'Declare `control: append`, where Lethe may append one record to the log.'
      throw new LetheError('SINK_DENIED', `The log ${this.#declaration.path} is declared with no control.`, mend)
    }
    this.#waiting = control
    await this.#plantInNewest((await findLogFiles(this.#declaration.path)).files)
  }

  async pulse(): Promise<string> {
    const { files } = await findLogFiles(this.#declaration.path)
    return files.map(({ path, stats }) => `${path}:${stats.size}:${stats.mtimeMs}`).join('|')
  }

  async scan(emit: Emit): Promise<Coverage> {
    const ledger = new Ledger()
    const inventory = new Inventory()
    const { path } = this.#declaration
    const isOwn = ownPaths(this.#context.own)
    const cut = await withinBudget({ within: SCAN_WITHIN_MS, signal: this.#context.signal }, async signal => {
      const { files, special, unseen } = await findLogFiles(path)
      if (files.length === 0) ledger.incomplete(path, 'no file of that name')
      for (const gap of unseen) ledger.incomplete(gap.path, gap.reason)
      for (const gap of special) ledger.skip(gap.path, gap.reason)
      await this.#plantInNewest(files).catch(error => ledger.incomplete(path, reasonOf(error)))
      if (this.#planted !== null) inventory.ignore(this.#planted.line)
      const read: ReadLog[] = []
      for (const file of files) {
        if (signal.aborted) return
        if (isOwn(file.path)) {
          ledger.skip(file.path, 'is Lethe’s own')
          continue
        }
        const shown = await this.#shown(file.path, emit)
        const tools = { scanner: this.#context.scanner, emit, ledger, inventory, signal }
        read.push({ path: file.path, shown, ends: await scanLogFile(file.path, shown, tools) })
      }
      const incomplete = (shown: string, reason: string): void => ledger.incomplete(shown, reason)
      await scanSeams(read, { scanner: this.#context.scanner, emit, incomplete })
    })
    if (cut !== null) ledger.incomplete(path, cut)
    if (inventory.gap !== null) ledger.incomplete(path, inventory.gap)
    return ledger.coverage(inventory.list())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#planted?.record[Symbol.asyncDispose]()
  }

  async #plantInNewest(files: readonly LogFile[]): Promise<void> {
    const newest = files.findLast(file => !file.path.endsWith('.gz'))
    if (this.#waiting === null || newest === undefined) return
    const line = controlLine(this.#waiting)
    try {
      this.#planted = { line, record: await ControlRecord.append(newest.path, line) }
      this.#waiting = null
    } catch (error) {
      const mend = 'Let Lethe append to the log, or declare `control: none` (the sink then stays inconclusive).'
      const message = `Cannot append the control to ${newest.path}: ${reasonOf(error)}.`
      throw new LetheError('SINK_DENIED', message, mend, { cause: error })
    }
  }

  async #shown(path: string, emit: Emit): Promise<string> {
    const { shown, hits } = await scanName(this.#context.scanner, path)
    for (const hit of hits) emit(sighted(hit, { kind: 'name', path: shown }))
    return shown
  }
}
