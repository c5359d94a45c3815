import { type ProcessEntry, processEntry, processTable, startedWith } from '../../processes/process-table.ts'
import type { ProcessEvents } from './proc-connector.ts'
import { programName } from './program-name.ts'

/** Whose a process is: the deployment's, Lethe's own, or somebody else's. */
type Owner = 'deployment' | 'own' | 'other'

interface Known {
  owner: Owner
  name: string | null
  /** null where only its fork was told */
  startedAt: number | null
  /** false: it has become another program since its owner was decided */
  sure: boolean
  gone: boolean
}

export interface LineageOptions {
  /** Lethe and the process that watches for it: theirs and their children's writes do not count */
  readonly own: readonly number[]
  /** stands in the environment of what belongs to the deployment; null where Lethe does not start it */
  readonly mark: { readonly variable: string; readonly value: string } | null
  /** nobody told which processes are the deployment's: all count but Lethe's own */
  readonly everyone: boolean
}

/** A process whose writes count, as far as it is known. */
export interface Writer {
  readonly pid: number
  readonly name: string
}

/** fanotify's pid of a process in a pid namespace that this one cannot see */
const OUT_OF_SIGHT = 0
const MOST_GONE = 20_000
const MOST_ANCESTORS = 64

/**
 * Tells whose a process is, also one that is gone: what descends of the deployment is the deployment's. Where forks are told
 * (ProcConnector), a daemon that lost its parents is too; where they are not, /proc is read at every question, since a
 * pid may be another process's by now. Who cannot be attributed at all counts, for only the deployment and Lethe hold canaries.
 */
export class Lineage implements ProcessEvents {
  readonly #options: LineageOptions
  readonly #known = new Map<number, Known>()
  readonly #gone: number[] = []
  #isTold = false

  constructor(options: LineageOptions) {
    this.#options = options
    for (const pid of options.own) {
      const startedAt = processEntry(pid)?.startedAt ?? null
      this.#known.set(pid, { owner: 'own', name: 'lethe', startedAt, sure: true, gone: false })
    }
  }

  /** From now on every fork is told: who runs already is looked at once. */
  startTelling(): void {
    this.#isTold = true
    for (const entry of processTable().values()) this.#look(entry)
  }

  /** These are the deployment's, and what descends of them. */
  addMembers(members: readonly Pick<ProcessEntry, 'pid' | 'startedAt' | 'name'>[]): void {
    for (const { pid, startedAt, name } of members) {
      this.#known.set(pid, {
        owner: 'deployment',
        name: programName({ pid, name }),
        startedAt,
        sure: true,
        gone: false,
      })
    }
  }

  /** null where its writes do not count; `unknown` where nothing is known of it any more */
  writer(pid: number): Writer | 'unknown' | null {
    // Out of sight altogether, as from within a pid namespace: no child of Lethe's, nor of a process that it knows.
    if (pid === OUT_OF_SIGHT) return this.#options.everyone ? 'unknown' : null
    const known = this.#current(pid)
    if (known === undefined) return 'unknown'
    if (!known.sure) this.#decide(pid, known)
    if (!known.sure) return 'unknown'
    if (known.owner === 'own' || (known.owner === 'other' && !this.#options.everyone)) return null
    known.name ??= this.#nameOf(pid)
    return { pid, name: known.name ?? 'unknown' }
  }

  onFork(child: number, parent: number): void {
    const known = this.#known.get(parent) ?? this.#look(processEntry(parent))
    if (known === undefined) this.#known.delete(child)
    else this.#known.set(child, { ...known, startedAt: null, gone: false })
  }

  /** Lethe starts the deployment: a child of Lethe's that has become another program may be the deployment's. */
  onExec(pid: number): void {
    const known = this.#known.get(pid)
    if (known === undefined || this.#options.own.includes(pid)) return
    known.name = null
    if (known.owner === 'own') {
      known.sure = false
      this.#decide(pid, known)
    } else if (known.owner === 'deployment') known.name = this.#nameOf(pid)
  }

  onExit(pid: number): void {
    const known = this.#known.get(pid)
    if (known === undefined) return
    known.gone = true
    this.#gone.push(pid)
    while (this.#gone.length > MOST_GONE) {
      const oldest = this.#gone.shift() ?? 0
      if (this.#known.get(oldest)?.gone === true) this.#known.delete(oldest)
    }
  }

  /** What belongs is still taken to belong; everything else is looked at anew. */
  onLost(): void {
    for (const [pid, { owner }] of this.#known) {
      if (owner !== 'deployment' && !this.#options.own.includes(pid)) this.#known.delete(pid)
    }
  }

  #current(pid: number): Known | undefined {
    const known = this.#known.get(pid)
    if (this.#isTold || this.#options.own.includes(pid)) return known ?? this.#look(processEntry(pid))
    const entry = processEntry(pid)
    if (entry === null) return known
    if (entry.startedAt !== known?.startedAt) return this.#look(entry)
    // Its exec, by which the mark comes, was not told either.
    if (known.owner === 'own') known.sure = false
    return known
  }

  #decide(pid: number, known: Known): void {
    const entry = processEntry(pid)
    if (entry === null || entry.state === 'Z') return
    known.sure = true
    known.name = programName(entry)
    if (this.#isMarked(pid)) known.owner = 'deployment'
  }

  #look(entry: ProcessEntry | null, depth = 0): Known | undefined {
    if (entry === null) return undefined
    const before = this.#known.get(entry.pid)
    if (before !== undefined && (before.startedAt === entry.startedAt || this.#options.own.includes(entry.pid))) {
      return before
    }
    const owner = this.#ownerOf(entry, depth)
    const known = { owner, name: programName(entry), startedAt: entry.startedAt, sure: true, gone: false }
    this.#known.set(entry.pid, known)
    return known
  }

  #ownerOf(entry: ProcessEntry, depth: number): Owner {
    if (this.#isMarked(entry.pid)) return 'deployment'
    // A group or a session is named for the process that made it.
    const ways = [entry.parent, entry.group, entry.session]
    if (ways.some(pid => pid !== entry.pid && this.#known.get(pid)?.owner === 'deployment')) return 'deployment'
    if (entry.parent === 0 || depth >= MOST_ANCESTORS) return 'other'
    return this.#look(processEntry(entry.parent), depth + 1)?.owner ?? 'other'
  }

  #nameOf(pid: number): string | null {
    const entry = processEntry(pid)
    return entry === null ? null : programName(entry)
  }

  #isMarked(pid: number): boolean {
    const { mark } = this.#options
    return mark !== null && startedWith(pid, mark.variable, mark.value)
  }
}
