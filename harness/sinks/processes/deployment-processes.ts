import { type ProcessEntry, processTable, startedWith } from './process-table.ts'

/** How the processes of a deployment are known. */
export interface DeploymentRoots {
  /** pids of which everything else of the deployment descends; empty before it is started */
  readonly pids: () => readonly number[]
  /** a variable that Lethe put into the deployment's environment: it also tells a process that left its parents */
  readonly mark: { readonly variable: string; readonly value: string } | null
}

/**
 * The processes of a deployment: its roots, whatever shares their group or session, whatever descends of these, whoever
 * was started with Lethe's mark in the environment, and whoever was seen to belong before (a daemon loses its parents).
 * Lethe's own process never belongs, nor does a process that got the pid of one that ended.
 */
export class DeploymentProcesses {
  readonly #roots: DeploymentRoots
  /** start of each member that was ever seen, by pid */
  readonly #known = new Map<number, number>()
  /** start of each process whose environment was read and has no mark, by pid */
  readonly #unmarked = new Map<number, number>()

  /** start of each root, as it was when it was seen first, by pid */
  readonly #rootStarts = new Map<number, number>()
  readonly #table: typeof processTable

  /** @param table where processes are looked up */
  constructor(roots: DeploymentRoots, table = processTable) {
    this.#roots = roots
    this.#table = table
  }

  /** Those that run now, oldest first; zombies hold no memory and are left out. */
  members(): ProcessEntry[] {
    const table = this.#table()
    table.delete(process.pid)
    const roots = new Set(this.#roots.pids().filter(pid => this.#isStill(pid, table.get(pid))))
    const belongs = new Map<number, boolean>()
    const members = [...table.values()].filter(entry => this.#belongs(entry, table, roots, belongs))
    for (const { pid, startedAt } of members) this.#known.set(pid, startedAt)
    return members.filter(({ state }) => state !== 'Z').sort((a, b) => a.startedAt - b.startedAt || a.pid - b.pid)
  }

  #belongs(
    entry: ProcessEntry,
    table: ReadonlyMap<number, ProcessEntry>,
    roots: ReadonlySet<number>,
    decided: Map<number, boolean>,
  ): boolean {
    const before = decided.get(entry.pid)
    if (before !== undefined) return before
    // A pid that is met again on the way up is no member by that way.
    decided.set(entry.pid, false)
    const parent = table.get(entry.parent)
    const member =
      roots.has(entry.pid) ||
      roots.has(entry.group) ||
      roots.has(entry.session) ||
      this.#known.get(entry.pid) === entry.startedAt ||
      (parent !== undefined && this.#belongs(parent, table, roots, decided)) ||
      this.#isMarked(entry)
    decided.set(entry.pid, member)
    return member
  }

  /** Whether a root's pid is nobody else's by now; one that ended may have left a group of its name. */
  #isStill(pid: number, entry: ProcessEntry | undefined): boolean {
    if (entry === undefined) return true
    const start = this.#rootStarts.get(pid)
    if (start === undefined) this.#rootStarts.set(pid, entry.startedAt)
    return start === undefined || start === entry.startedAt
  }

  #isMarked({ pid, startedAt }: ProcessEntry): boolean {
    const { mark } = this.#roots
    if (mark === null || this.#unmarked.get(pid) === startedAt) return false
    if (startedWith(pid, mark.variable, mark.value)) return true
    this.#unmarked.set(pid, startedAt)
    return false
  }
}
