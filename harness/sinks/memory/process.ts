import type { Canary } from '../../model/canary.ts'
import type { DeclarationOf } from '../../model/declaration.ts'
import { withinBudget } from '../budget.ts'
import { Ledger } from '../ledger.ts'
import type { DeploymentProcesses } from '../processes/deployment-processes.ts'
import type { ProcessEntry } from '../processes/process-table.ts'
import { tracerOf } from '../processes/tracer.ts'
import type { Emit } from '../sighted.ts'
import type { Coverage, OpenSink, Sink, SinkContext } from '../sink.ts'
import { CONTROL_VARIABLE, ControlHolder } from './control-holder.ts'
import { type Piece, piecesOf } from './image.ts'
import { scanImage } from './image-scan.ts'
import { residentBytes } from './regions.ts'
import { assertReadable } from './rights.ts'
import { Room } from './room.ts'
import { Standstill } from './standstill.ts'
import { Watchdog } from './watchdog.ts'

const SCAN_WITHIN_MS = 5 * 60_000
/** The end of what was searched, searched again with what follows it. */
const SEAM = 64 * 1024

/** What may be added to the environment that the deployment is started with. */
interface Start {
  setVariable(name: string, value: string): void
}

const BLIND_TO =
  'memory of other processes, such as a database’s; memory of graphics processors and other devices; buffers of the kernel, such as those of sockets; text that is encrypted, or compressed and damaged; outputs that carry no canary'

/**
 * The memory of all processes of the deployment. They are stopped while it is copied, and continued before it is searched,
 * so that nothing moves from where it was not yet looked to where it was; also should Lethe be killed meanwhile. What does
 * not fit into the room for copies is searched while they are stopped.
 *
 * The control is a variable in the environment that the deployment is started with. Where it runs already, a process of
 * Lethe's own holds it, and is read with the others.
 */
export function memorySink(
  declaration: DeclarationOf<'memory'>,
  processes: DeploymentProcesses,
  launch: Start | null,
  room = new Room(),
): Sink {
  return {
    id: `memory:${declaration.name ?? 'process'}`,
    medium: 'memory',
    tier: process.getuid?.() === 0 ? 'T1' : 'T0',
    blindTo: launch === null ? `${BLIND_TO}; the control is held by a process of Lethe’s own` : BLIND_TO,
    opens: 'before-start',
    open: async context => {
      await assertReadable(processes.members())
      return new OpenMemory(processes, launch, context, await Watchdog.start(), room)
    },
  }
}

class OpenMemory implements OpenSink {
  readonly #processes: DeploymentProcesses
  readonly #launch: Start | null
  readonly #context: SinkContext
  readonly #watchdog: Watchdog
  readonly #openedAt: number
  readonly #room: Room
  #holder: ControlHolder | null = null

  constructor(
    processes: DeploymentProcesses,
    launch: Start | null,
    context: SinkContext,
    watchdog: Watchdog,
    room: Room,
  ) {
    this.#processes = processes
    this.#launch = launch
    this.#context = context
    this.#watchdog = watchdog
    this.#room = room
    this.#openedAt = context.now().getTime()
  }

  async plant(control: Canary): Promise<void> {
    if (this.#launch === null) this.#holder = await ControlHolder.start(control.text)
    else this.#launch.setVariable(CONTROL_VARIABLE, control.text)
  }

  /** Memory never stands still, and nothing is to be waited for. */
  async pulse(): Promise<string> {
    return ''
  }

  async scan(emit: Emit, onTaken?: () => void): Promise<Coverage> {
    const ledger = new Ledger()
    const { signal } = this.#context
    const cut = await withinBudget({ within: SCAN_WITHIN_MS, signal }, signal =>
      this.#scan(emit, ledger, signal, onTaken),
    )
    if (cut !== null) ledger.incomplete('memory', cut)
    return ledger.coverage()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#holder?.[Symbol.asyncDispose]()
    await this.#watchdog[Symbol.asyncDispose]()
    this.#room.release()
  }

  async #scan(emit: Emit, ledger: Ledger, signal: AbortSignal, onTaken?: () => void): Promise<void> {
    const { scanner, now } = this.#context
    let at = now()
    let pieces: Piece[] = []
    const search = async (): Promise<void> => {
      await scanImage(pieces, { scanner, emit, ledger, signal, at })
      pieces = []
      this.#room.clear()
    }
    this.#room.prepare(this.#members().reduce((sum, { pid }) => sum + residentBytes(pid), 0))
    const standstill = new Standstill({ members: () => this.#members() }, this.#watchdog)
    await standstill.during(ledger, async members => {
      at = now()
      if (members.length === 0) ledger.incomplete('processes', 'there are none')
      const image = { ledger, openedAt: this.#openedAt, room: (bytes: number) => this.#room.take(bytes) }
      for (const member of members) {
        for (const piece of piecesOf(member, image)) {
          pieces.push(piece)
          if (signal.aborted)
            return ledger.incomplete('memory', 'not read to the end: the time was up, or the run was interrupted')
          if (!this.#room.isFull) continue
          ledger.skip(
            'processes',
            'held more than fits into the room for copies: they were stopped while it was searched',
          )
          const seam = endOf(piece)
          await search()
          pieces = [seam]
        }
      }
    })
    onTaken?.()
    await search()
  }

  #members(): ProcessEntry[] {
    const holder = this.#holder?.entry() ?? null
    const members = this.#processes.members()
    const tracers = new Set(members.map(({ pid }) => tracerOf(pid)))
    // What Lethe starts the deployment by holds what it saw of it.
    const own = members.filter(({ pid, name }) => name !== 'strace' || !tracers.has(pid))
    return [...own, ...(holder === null ? [] : [holder])]
  }
}

function endOf({ process, region, from, bytes }: Piece): Piece {
  const end = Buffer.from(bytes.subarray(Math.max(0, bytes.length - SEAM)))
  return { process, region, from: from + bytes.length - end.length, bytes: end }
}
