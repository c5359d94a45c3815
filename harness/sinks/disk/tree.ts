import { createHash } from 'node:crypto'
import { opendir, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Canary } from '../../model/canary.ts'
import type { DeclarationOf } from '../../model/declaration.ts'
import { LetheError, reasonOf } from '../../model/error.ts'
import { withinBudget } from '../budget.ts'
import { pathError } from '../denial.ts'
import { Ledger } from '../ledger.ts'
import { ownPaths } from '../own-paths.ts'
import type { Emit } from '../sighted.ts'
import type { Coverage, OpenSink, Sink, SinkContext } from '../sink.ts'
import { ExtendedAttributes } from './tree/extended-attributes.ts'
import { TreeScan } from './tree/tree-scan.ts'
import { TreeWatch } from './tree/tree-watch.ts'

const BLIND_TO = 'files that lived for a few milliseconds, and the blocks of deleted ones'
const SCAN_WITHIN_MS = 10 * 60_000

/**
 * A folder tree (or one file). While traffic runs, each file that is added or changed is scanned at once, as far as
 * chokidar notices it; each scan then walks the whole tree itself.
 *
 * The control is a small file in the tree. A tree that is one file holds no control, and stays inconclusive.
 */
export function diskSink(declaration: DeclarationOf<'disk'>): Sink {
  return {
    id: `disk:${declaration.name ?? (basename(declaration.path) || 'root')}`,
    medium: 'disk',
    tier: 'T0',
    blindTo: BLIND_TO,
    opens: 'before-start',
    open: async context => {
      const root = await readable(declaration.path)
      const attributes = await ExtendedAttributes.open()
      return new OpenTree(root, context, await TreeWatch.start(root, context), attributes)
    },
  }
}

async function readable(path: string): Promise<string> {
  const mend = 'Run Lethe as a user who may read it, mount it, or drop the sink.'
  try {
    const root = await realpath(path)
    if ((await stat(root)).isDirectory()) await (await opendir(root)).close()
    return root
  } catch (error) {
    throw pathError(error, path, mend)
  }
}

/** `trusted.*` is shown to root alone, and nobody else is told that there is any (xattr(7)). */
function unseenAttributes(attributes: ExtendedAttributes | null): string[] {
  if (attributes === null) return ['extended attributes']
  return process.getuid?.() === 0 ? [] : ['extended attributes whose name begins with trusted.']
}

class OpenTree implements OpenSink {
  readonly #root: string
  readonly #context: SinkContext
  readonly #watch: TreeWatch
  readonly sight: Pick<Sink, 'tier' | 'blindTo'>
  #control: string | null = null

  constructor(root: string, context: SinkContext, watch: TreeWatch, attributes: ExtendedAttributes | null) {
    this.sight = { tier: 'T0', blindTo: [BLIND_TO, ...unseenAttributes(attributes)].join('; ') }
    this.#root = root
    this.#context = context
    this.#watch = watch
  }

  async plant(control: Canary): Promise<void> {
    const mark = createHash('sha256').update(control.id).digest('hex').slice(0, 8)
    const path = join(this.#root, `lethe-control-${mark}`)
    try {
      await writeFile(path, `${control.text}\n`, { mode: 0o600, flag: 'wx' })
    } catch (error) {
      const mend = 'Declare a folder in which Lethe may create a file; without its control the sink is inconclusive.'
      throw new LetheError('SINK_DENIED', `Cannot plant the control ${path}: ${reasonOf(error)}.`, mend, {
        cause: error,
      })
    }
    this.#control = path
  }

  async pulse(): Promise<string> {
    return String(this.#watch.events)
  }

  async scan(emit: Emit): Promise<Coverage> {
    const { scanner, own, signal: interrupted } = this.#context
    const ledger = new Ledger()
    const cut = await withinBudget({ within: SCAN_WITHIN_MS, signal: interrupted }, async signal => {
      await this.#watch.drained()
      this.#watch.report(emit, ledger)
      await new TreeScan({ scanner, emit, ledger, isOwn: ownPaths(own), signal }).scan(this.#root)
    })
    if (cut !== null) ledger.incomplete(this.#root, cut)
    return ledger.coverage()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watch.close()
    if (this.#control !== null) await rm(this.#control, { force: true })
  }
}
