import { closeSync, statSync } from 'node:fs'
import { reasonOf } from '../../../model/error.ts'
import type { Gap } from '../../../model/observation.ts'
import { errnoOf } from '../../denial.ts'
import { ownPaths } from '../../own-paths.ts'
import { type AccessRequest, EVENT, FanotifyGroup, type NameEvent, type WriteEvent } from './fanotify.ts'
import { Lineage, type Writer } from './lineage.ts'
import type { FirstReport, Order, Report, WatchSetup } from './messages.ts'
import { Outbox } from './outbox.ts'
import { ProcConnector } from './proc-connector.ts'
import { readable } from './readable.ts'
import { WrittenFiles } from './written-files.ts'

/**
 * A process of its own that watches what is written, for the process that forked it, and ends when that one hangs up, in
 * whatever way it ended: so no mark is left behind, and no read of the watch can keep Lethe from its exit.
 */
const WAIT_MS = 250
/** how many reads of events one flush follows a deployment that never stops to write */
const MOST_FLUSH_READS = 10_000
const MOST_SAID = 2000
/** before a file is written, or cut; its opening may cut it too */
const REQUESTS = EVENT.preAccess | EVENT.openPermission
const NAMES = EVENT.create | EVENT.movedTo | EVENT.onFolder

class WatchHost {
  readonly #writes = new FanotifyGroup('writes')
  readonly #names: FanotifyGroup | null
  readonly #requests: FanotifyGroup | null
  readonly #connector = ProcConnector.open()
  readonly #lineage: Lineage
  readonly #files: WrittenFiles
  readonly #outbox = new Outbox(send)
  readonly #gaps: Gap[] = []
  readonly #said = new Set<string>()
  #events = 0

  /** @throws the system's error where nothing can be watched at all */
  constructor({ paths, ownPaths: own, mark, everyone, deep, members }: WatchSetup) {
    this.#lineage = new Lineage({ own: [process.ppid, process.pid], mark, everyone })
    this.#lineage.addMembers(members)
    if (this.#connector !== null) this.#lineage.startTelling()
    const requests = groupOn(deep, 'requests', REQUESTS)
    this.#requests = requests.group
    this.#files = new WrittenFiles({
      isAsked: device => requests.devices.has(device),
      outbox: this.#outbox,
      isOwn: ownPaths(own),
      gap: (path, reason) => this.#say('gap', path, reason),
      note: (path, reason) => this.#say('note', path, reason),
    })
    this.#mark(paths)
    const names = groupOn(paths, 'names', NAMES)
    this.#names = names.group
    send({
      kind: 'watching',
      forks: this.#connector !== null,
      gaps: this.#gaps,
      nameless: paths.filter(path => !names.devices.has(statSync(path).dev)),
      shallow: paths.filter(path => !requests.devices.has(statSync(path).dev)),
    })
  }

  async run(): Promise<never> {
    const sources = [this.#writes, this.#names, this.#requests, this.#connector]
    const fds = sources.flatMap(source => (source === null ? [] : [source.fd]))
    for (;;) {
      await readable(fds, WAIT_MS)
      await this.#readAll(Number.POSITIVE_INFINITY)
    }
  }

  hear(order: Order): void {
    if (order.kind === 'taken') this.#outbox.taken(order.weight)
    if (order.kind === 'flush') {
      this.#lineage.addMembers(order.members)
      this.#flush()
    }
  }

  async #flush(): Promise<void> {
    await this.#readAll(MOST_FLUSH_READS)
    await this.#files.settle()
    this.#outbox.add({ kind: 'events', count: this.#events })
    this.#outbox.add({ kind: 'flushed' })
  }

  async #readAll(mostReads: number): Promise<void> {
    const before = this.#events
    for (let reads = 0; reads < mostReads && this.#readSome(); reads += 1) {
      await new Promise(resolve => setImmediate(resolve))
    }
    if (this.#events !== before) this.#outbox.add({ kind: 'events', count: this.#events })
  }

  /** @returns whether there may be more */
  #readSome(): boolean {
    const requests = this.#read(() => this.#requests?.readRequests() ?? [])
    const names = this.#read(() => this.#names?.readNames() ?? [])
    let writes = this.#readWrites()
    for (const event of names) this.#onName(event)
    // Who asks has to wait until all that was written before has been read.
    for (let reads = 0; requests.length > 0 && writes > 0 && reads < MOST_FLUSH_READS; reads += 1) {
      writes = this.#readWrites()
    }
    for (const request of requests) this.#onRequest(request)
    return requests.length + writes + names.length > 0
  }

  #readWrites(): number {
    const writes = this.#read(() => this.#writes.read())
    // After the events: whoever wrote was forked before.
    this.#connector?.read(this.#told)
    for (const event of writes) this.#onWrite(event)
    return writes.length
  }

  #onRequest(request: AccessRequest): void {
    try {
      this.#files.readNow(request)
    } catch (error) {
      this.#say('gap', null, `a file could not be read before it was written: ${reasonOf(error)}`)
    } finally {
      this.#requests?.allow(request)
    }
  }

  #read<T>(read: () => T[]): T[] {
    try {
      return read()
    } catch (error) {
      this.#say('gap', null, `an event could not be read: ${reasonOf(error)}`)
      return []
    }
  }

  #onWrite({ mask, pid, fd }: WriteEvent): void {
    if ((mask & EVENT.overflow) !== 0) this.#say('gap', null, 'the kernel’s queue was full: some writes were not told')
    if (fd === null) return
    const writer = this.#lineage.writer(pid)
    if (writer === null) closeSync(fd)
    else this.#look(fd, writer === 'unknown' ? null : writer)
  }

  #look(fd: number, by: Writer | null): void {
    this.#events += 1
    try {
      this.#files.look(fd, by)
    } catch (error) {
      this.#say('gap', null, `a file that was written could not be read: ${reasonOf(error)}`)
    }
  }

  #onName({ mask, pid, name }: NameEvent): void {
    if ((mask & EVENT.overflow) !== 0) this.#say('gap', null, 'the kernel’s queue was full: some names were not told')
    const writer = this.#lineage.writer(pid)
    if (writer === null || name.length === 0) return
    this.#events += 1
    if (this.#outbox.isFull) this.#say('gap', null, 'more names came to be than could be looked at in time')
    else this.#outbox.add({ kind: 'name', file: { path: name, by: writer === 'unknown' ? null : writer } })
  }

  /** One that is refused is said; where all are, nothing is watched. */
  #mark(paths: readonly string[]): void {
    for (const path of paths) {
      try {
        this.#writes.mark(path, EVENT.modify | EVENT.closeWrite)
      } catch (error) {
        if (errnoOf(error) === 'EPERM' || paths.length === 1) throw error
        this.#gaps.push({ path, reason: `its file system cannot be watched (${reasonOf(error)})` })
      }
    }
  }

  readonly #told = {
    onFork: (child: number, parent: number) => this.#lineage.onFork(child, parent),
    onExec: (pid: number) => this.#lineage.onExec(pid),
    onExit: (pid: number) => this.#lineage.onExit(pid),
    onLost: () => {
      this.#lineage.onLost()
      this.#say('gap', null, 'the start of some processes was not told: their writes may have been taken for others’')
    },
  }

  /** The same once; of very many, that there were more. */
  #say(kind: 'gap' | 'note', path: Uint8Array | null, reason: string): void {
    const more = this.#said.size >= MOST_SAID
    const report = more
      ? ({ kind, path: null, reason: 'more of this kind was not said' } as const)
      : ({ kind, path, reason } as const)
    const key = [kind, report.path, report.reason].join()
    if (this.#said.has(key)) return
    this.#said.add(key)
    this.#outbox.add(report)
  }
}

/** A group beside that of the writes, and the devices on which it hears of this; a kernel or a file system may refuse. */
function groupOn(
  paths: readonly string[],
  kind: 'names' | 'requests',
  mask: number,
): { group: FanotifyGroup | null; devices: ReadonlySet<number> } {
  const devices = new Set<number>()
  const group = paths.length === 0 ? null : attempt(() => new FanotifyGroup(kind))
  for (const path of group === null ? [] : paths) {
    attempt(() => {
      group?.mark(path, mask)
      devices.add(statSync(path).dev)
    })
  }
  return { group, devices }
}

/** null where it fails: what is then not seen is told by what is missing */
function attempt<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}

function send(report: FirstReport | Report): void {
  if (process.connected) process.send?.(report)
}

function begin(setup: WatchSetup): WatchHost | null {
  try {
    return new WatchHost(setup)
  } catch (error) {
    send({ kind: 'refused', reason: reasonOf(error), denied: ['EPERM', 'EACCES'].includes(errnoOf(error) ?? '') })
    process.disconnect()
    return null
  }
}

let host: WatchHost | null = null
process.on('disconnect', () => process.exit())
process.on('message', (order: Order) => {
  if (order.kind !== 'watch') return host?.hear(order)
  host = begin(order.setup)
  host?.run()
})
