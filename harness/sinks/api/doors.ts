import { setTimeout as sleep } from 'node:timers/promises'
import type { Canary } from '../../model/canary.ts'
import type { Credentials, DeclarationOf } from '../../model/declaration.ts'
import { withinBudget } from '../budget.ts'
import { Ledger } from '../ledger.ts'
import { scanName } from '../names.ts'
import { inParallel } from '../parallel.ts'
import { Seen } from '../seen.ts'
import type { Emit } from '../sighted.ts'
import type { Coverage, OpenSink, Sink, SinkContext } from '../sink.ts'
import { ControlReadings } from './control-readings.ts'
import { type Door, urlBelow } from './door.ts'
import { callersOf, type DoorPlan, pathsById, planDoors } from './door-plan.ts'
import { DoorReading } from './door-reading.ts'
import { HeldDoor } from './held-door.ts'
import { listedDoors } from './listed-doors.ts'
import { doorText, hasAnswered, reportPages } from './page-report.ts'

const OPEN_WITHIN_MS = 30_000
const SCAN_WITHIN_MS = 120_000
const HELD_AFTER_MS = 1_000
const DOOR_WITHIN_MS = 5_000
const MOST_BYTES_OF_PAGE = 64 * 1024 * 1024
const MOST_BYTES_OF_STREAM = 1024 * 1024 * 1024
const MOST_HELD = 64
const AT_ONCE = 8

/** What the doors of a deployment are read with. */
export interface DoorsEnvironment {
  readonly baseUrl: string
  readonly otherTenant?: Credentials
  readonly exchanges: () => readonly { readonly requestId: string | null }[]
}

/**
 * What another caller can read back from the deployment's own end-points: declared ones, those of its OpenAPI document,
 * and well-known ones; without credentials, and as another tenant where one is declared. GET only.
 *
 * A door whose answer has not ended after a second (an event stream, a log that is followed) is held open and scanned
 * while traffic runs. Each scan reads all others again.
 *
 * A deployment cannot be made to hold our control, so the control proves the reader alone: it is held by two doors of
 * Lethe's own on loopback, a page and a stream, read by the same code. That the deployment itself can be reached is
 * asked for apart: a scan in which it gave not one answer is incomplete.
 */
export function doorsSink(declaration: DeclarationOf<'doors'>, environment: DoorsEnvironment): Sink {
  return {
    id: `api:${declaration.name ?? 'doors'}`,
    medium: 'api',
    tier: 'T3',
    blindTo: 'end-points that are neither declared nor discovered',
    opens: 'before-traffic',
    open: async context => {
      const { baseUrl, otherTenant } = environment
      const plan = await planDoors(declaration, baseUrl, callersOf(otherTenant), context.signal)
      const doors = new OpenDoors(environment, context, plan)
      await doors.tryAll()
      return doors
    },
  }
}

class OpenDoors implements OpenSink {
  readonly #environment: DoorsEnvironment
  readonly #context: SinkContext
  readonly #plan: DoorPlan
  readonly #seen = new Seen()
  readonly #held: HeldDoor[] = []
  readonly #unheld = new Map<string, string>()
  #control: ControlReadings | null = null

  constructor(environment: DoorsEnvironment, context: SinkContext, plan: DoorPlan) {
    this.#environment = environment
    this.#context = context
    this.#plan = plan
  }

  /** Asks every door once, and holds open those whose answer does not end. */
  async tryAll(): Promise<void> {
    const cut = await withinBudget({ within: OPEN_WITHIN_MS, signal: this.#context.signal }, async signal => {
      await inParallel(await this.#doors(this.#plan.plain), AT_ONCE, signal, door => this.#tryOne(door))
    })
    if (cut !== null) this.#unheld.set(this.#environment.baseUrl, `not all doors were tried before traffic: ${cut}`)
  }

  async plant(control: Canary): Promise<void> {
    this.#control = await ControlReadings.open(control, this.#context)
  }

  async pulse(): Promise<string> {
    return this.#held.map(({ bytes }) => bytes).join(' ')
  }

  async scan(emit: Emit): Promise<Coverage> {
    const ledger = new Ledger()
    const found = new Seen()
    const cut = await withinBudget({ within: SCAN_WITHIN_MS, signal: this.#context.signal }, async signal => {
      await this.#control?.scan(emit, ledger)
      const open = await this.#scanHeld(ledger)
      const rest = (await this.#allDoors(ledger, signal)).filter(door => !open.has(doorText(door)))
      const readings: DoorReading[] = []
      await inParallel(rest, AT_ONCE, signal, async door => {
        readings.push(await this.#readPage(door, sighting => found.add(sighting)))
      })
      if (open.size > 0 || readings.some(hasAnswered)) reportPages(readings, ledger)
      else
        ledger.incomplete(
          this.#environment.baseUrl,
          `the deployment gave no answer: ${readings[0]?.gaps[0] ?? 'in time'}`,
        )
    })
    if (cut !== null) ledger.incomplete(this.#environment.baseUrl, cut)
    for (const [path, reason] of this.#unheld) ledger.incomplete(path, reason)
    this.#seen.replay(emit)
    found.replay(emit)
    const lost = this.#seen.lost + found.lost
    if (lost > 0) ledger.incomplete(this.#environment.baseUrl, `${lost} sightings were not kept`)
    return ledger.coverage()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#held.map(held => held.stop()))
    await this.#control?.[Symbol.asyncDispose]()
  }

  async #tryOne(door: Door): Promise<void> {
    const keep: Emit = sighting => this.#seen.add({ ...sighting, scan: 'during-traffic' })
    const read = () => this.#read(door, MOST_BYTES_OF_STREAM, keep)
    const reading = read()
    await Promise.race([reading.over, sleep(HELD_AFTER_MS, undefined, { ref: false })])
    if (reading.state !== 'waiting' && reading.state !== 'open') return
    if (this.#held.length < MOST_HELD) {
      this.#held.push(new HeldDoor(reading, read))
    } else {
      this.#unheld.set(door.shown, `not held open: more than ${MOST_HELD} doors did not end their answers`)
      await reading.stop()
    }
  }

  /** Scans what the held doors have given so far. Returns those that are still open. */
  async #scanHeld(ledger: Ledger): Promise<ReadonlySet<string>> {
    const open = new Set<string>()
    const answers = Promise.all(this.#held.map(({ reading }) => reading.answered))
    await Promise.race([answers, sleep(HELD_AFTER_MS, undefined, { ref: false })])
    for (const { door, reading, bytes, gaps } of this.#held) {
      await reading.flush()
      ledger.bytes += bytes
      for (const gap of gaps) ledger.incomplete(doorText(door), gap)
      if (reading.state === 'waiting')
        ledger.incomplete(doorText(door), 'did not answer, from before traffic until now')
      if (reading.state === 'open') ledger.items += 1
      if (reading.state === 'open' || reading.state === 'waiting') open.add(doorText(door))
    }
    return open
  }

  async #allDoors(ledger: Ledger, signal: AbortSignal): Promise<Door[]> {
    const { baseUrl, otherTenant, exchanges } = this.#environment
    const byId = pathsById(this.#plan, exchanges())
    const listed = await listedDoors(this.#plan.listings, baseUrl, callersOf(otherTenant), signal)
    const gaps = [...this.#plan.incomplete, ...byId.incomplete, ...listed.incomplete]
    for (const { path, reason } of [...this.#plan.skipped, ...byId.skipped]) ledger.skip(path, reason)
    for (const { path, reason } of gaps) ledger.incomplete(path, reason)
    return this.#doors([...this.#plan.plain, ...byId.paths, ...listed.paths])
  }

  async #doors(paths: readonly string[]): Promise<Door[]> {
    const { baseUrl, otherTenant } = this.#environment
    const doors: Door[] = []
    for (const path of paths) {
      const url = urlBelow(baseUrl, path)
      const { shown } = await scanName(this.#context.scanner, url.href)
      for (const caller of callersOf(otherTenant)) doors.push({ url, shown, caller })
    }
    return doors
  }

  async #readPage(door: Door, keep: Emit): Promise<DoorReading> {
    const reading = this.#read(door, MOST_BYTES_OF_PAGE, keep)
    await Promise.race([reading.over, sleep(DOOR_WITHIN_MS, undefined, { ref: false })])
    await reading.flush()
    await reading.stop()
    return reading
  }

  #read(door: Door, mostBytes: number, keep: Emit): DoorReading {
    const { scanner, signal } = this.#context
    return new DoorReading(door, { scanner, keep, mostBytes, signal })
  }
}
