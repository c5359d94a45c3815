import { createHash } from 'node:crypto'
import type { Budget } from './budget.ts'
import type { Candidate } from './candidate.ts'
import { isBetter, isSameOrigin } from './candidate.ts'
import type { Contents, Tell } from './container.ts'
import { Container } from './container.ts'
import type { Cover } from './covers.ts'
import { Covers } from './covers.ts'
import type { Decoder } from './decoders/decoder.ts'
import { headerlessDecoders, outermostDecoder } from './decoders/registry.ts'
import type { Match } from './filter.ts'
import type { Trace } from './fingerprints/trace.ts'
import type { Machine } from './machine.ts'
import type { MagicNeedle } from './needles.ts'
import { reachOf, readCanary } from './reading.ts'
import type { OnHit } from './reassembly/joined-hits.ts'
import { Reassembly } from './reassembly/reassembly.ts'
import type { Hit } from './scan.ts'
import { containerStart, triggerReach, triggers } from './triggers.ts'
import { Window } from './window.ts'

/** Where a layer is: the stream itself, or what came out of a container. */
export interface Place {
  /** decodings that led here, from the outside in */
  readonly via: readonly string[]
  /** where the outermost container begins in the stream, or null in the stream itself */
  readonly offset: number | null
  /** shorter chains than this were looked for in the layer outside */
  readonly shortestChain: number
  /** how often pieces may still be joined, and the joined be joined again */
  readonly joins: number
  /** containers are not looked for where pieces of text were joined: they would be found in the layer itself */
  readonly opens: boolean
}

/** Where so many containers in one layer are too deep, one of them is taken for real. */
const MOST_TOO_DEEP = 16

const unseen: Contents = { push: async () => {}, end: async () => {} }

type Event = Match & { readonly kind: 'magic' | 'container' }

/** The bytes of a stream, or of what came out of a container: scanned as they come, and opened where containers begin. */
export class Layer {
  readonly #machine: Machine
  readonly #budget: Budget
  readonly #place: Place
  readonly #window: Window
  readonly #covers: Covers
  readonly #tell: Tell
  readonly #reassembly: Reassembly | null
  readonly #trace: Trace | null
  #containers: Container[] = []
  #candidate: Candidate | null = null
  #tooDeep = 0

  /** @param tell says what is to be said of what holds the layer */
  constructor(machine: Machine, budget: Budget, place: Place, report: OnHit, tell: Tell = say => say()) {
    this.#machine = machine
    this.#budget = budget
    this.#place = place
    this.#window = new Window(machine.reach, machine.windows)
    this.#covers = new Covers(report)
    this.#tell = tell
    this.#reassembly = place.joins === 0 ? null : this.#reassemblyFor(report)
    this.#trace = machine.fingerprints?.trace(place, hit => this.#tellOutput(hit, report)) ?? null
  }

  async push(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0; ) {
      rest = rest.subarray(this.#window.fill(rest))
      if (this.#window.isFull) await this.#scan(this.#window.length - this.#machine.reach)
    }
  }

  async end(): Promise<void> {
    await this.#scan(this.#window.length)
    for (const container of this.#containers) await container.end()
    this.#containers = []
    this.#trace?.end()
    this.#covers.settle(Number.POSITIVE_INFINITY)
    this.#window.close()
    await this.#reassembly?.end()
  }

  /** Scans what begins before `to`; what is after it in the window serves to read canaries whole. */
  async #scan(to: number): Promise<void> {
    const { bytes, length, position } = this.#window
    if (position === 0 && this.#window.scanned === 0) this.#openHeaderless()
    for (const container of this.#containers) await container.feed(bytes.subarray(0, length), position)
    this.#machine.fingerprints?.gather(bytes, this.#window.scanned, length)
    this.#trace?.scan(bytes, this.#window.scanned, to, length, position)
    const events = this.#events(to)
    for (const event of events) {
      if (event.kind === 'magic') this.#read(event)
      else if (this.#place.opens) await this.#open(event)
    }
    const from = this.#window.scanned
    const magics = events.filter(({ kind }) => kind === 'magic').map(({ at }) => at - from)
    await this.#reassembly?.push(bytes.subarray(from, to), magics)
    const scanned = position + to
    if (this.#candidate !== null && this.#candidate.to <= scanned) this.#flush()
    this.#containers = this.#containers.filter(container => container.isOpen)
    this.#covers.settle(scanned - this.#machine.reach)
    this.#window.advance(to, this.#machine.reach)
  }

  #events(to: number): Event[] {
    const { bytes, scanned, length } = this.#window
    return this.#machine.filter.find(bytes, scanned, to, length).map(({ needle, at }) => {
      const isTrigger = needle < triggers.length
      return { kind: isTrigger ? 'container' : 'magic', needle: isTrigger ? needle : needle - triggers.length, at }
    })
  }

  #read({ needle: index, at }: Match): void {
    const needle = this.#machine.needles[index]
    if (needle === undefined || needle.chain.length < this.#place.shortestChain) return
    const { bytes, length, position } = this.#window
    if (this.#isReadAlready(needle, position + at)) return
    const reach = reachOf(needle)
    const begin = Math.max(0, at - reach)
    const around = bytes.subarray(begin, Math.min(length, at + reach))
    const reading = readCanary(this.#machine.codec, needle, around, at - begin, position + begin)
    const sha256 = createHash('sha256').update(around.subarray(reading.from, reading.to)).digest('hex')
    this.#consider({ reading, from: position + begin + reading.from, to: position + begin + reading.to, sha256 })
  }

  /** The second magic of a canary that was read whole from its first. UTF-16 may read better from another needle. */
  #isReadAlready(needle: MagicNeedle, at: number): boolean {
    if (this.#candidate === null || !this.#candidate.reading.whole) return false
    if (needle.chain.some(encoder => encoder.over === 'text')) return false
    return this.#candidate.from <= at && at + needle.bytes.length <= this.#candidate.to
  }

  /** Keeps the better of two readings of the same bytes; reports the last canary once another begins. */
  #consider(candidate: Candidate): void {
    const last = this.#candidate
    if (last !== null && isSameOrigin(last, candidate)) {
      if (isBetter(candidate.reading, last.reading)) this.#candidate = candidate
      return
    }
    this.#flush()
    this.#candidate = candidate
  }

  #flush(): void {
    if (this.#candidate === null) return
    const { reading, from, to, sha256 } = this.#candidate
    this.#candidate = null
    const hit: Hit = {
      canary: reading.id,
      role: reading.role,
      via: [...this.#place.via, ...reading.via],
      offset: this.#place.offset ?? from,
      length: to - from,
      sha256,
      confirmed: reading.confirmed,
    }
    this.#reassembly?.addPlain(hit.canary, from, to)
    this.#covers.addHit(hit, from, null)
  }

  /** An output of which only a little stands here may be told better when its pieces are joined. */
  #tellOutput(hit: Hit, report: OnHit): void {
    const isPlain = this.#place.offset === null && hit.confirmed
    if (isPlain) this.#reassembly?.addPlain(hit.canary, hit.offset, hit.offset + hit.length)
    report(hit)
  }

  async #open({ needle: index, at }: Match): Promise<void> {
    const trigger = triggers[index]
    if (trigger === undefined) return
    const { bytes, length, position } = this.#window
    const reach = triggerReach(trigger)
    const begin = Math.max(0, at - reach)
    const around = bytes.subarray(begin, Math.min(length, at + trigger.bytes.length + reach))
    const startAround = containerStart(trigger, around, at - begin, position + begin)
    if (startAround === null) return
    const decoder = outermostDecoder(trigger.chain, trigger.decoder)
    const start = position + begin + startAround
    if (this.#containers.some(container => container.holds(decoder, start))) return
    const name = (): string => this.#nameOf(decoder, start)
    const { refusal } = this.#budget
    if (refusal !== null) return this.#budget.refuse(refusal, name)
    // Encoded text was opened where a header seemed to be in it: that it begins so says nothing.
    const isAtBegin = start === 0 && this.#place.shortestChain === 0 && !trigger.decoder.wrapped?.onlyAtBegin
    const tooDeep = this.#budget.depthRefusal(this.#place.via.length)
    const refuse = (): void => this.#budget.refuse(tooDeep ?? '', name)
    if (tooDeep !== null && ++this.#tooDeep > MOST_TOO_DEEP) return this.#tell(refuse)
    const container = this.#container(decoder, start, isAtBegin, tooDeep !== null)
    if (tooDeep !== null) container.whenCertain(refuse)
    this.#containers.push(container)
    await container.feed(bytes.subarray(0, length), position)
  }

  #reassemblyFor(report: OnHit): Reassembly {
    const { via, offset, joins } = this.#place
    return new Reassembly({
      isJoined: !this.#place.opens,
      pieces: this.#machine.pieces,
      // Of an output any part may stand in any piece.
      takesAll: this.#machine.fingerprints !== null,
      nests: joins > 1,
      open: (joining, onHit) => {
        const place = {
          via: [joining],
          offset: null,
          shortestChain: 0,
          joins: joining === 'lines' ? 0 : joins - 1,
          opens: joining === 'dump',
        }
        return new Layer(this.#machine, this.#budget, place, onHit)
      },
      report: (hit, span) => report({ ...hit, via: [...via, ...hit.via], offset: offset ?? hit.offset }, span),
      note: reason => this.#budget.note(reason),
    })
  }

  /** Formats without a header are tried once, from the first byte of the stream. */
  #openHeaderless(): void {
    if (this.#place.via.length > 0) return
    const { bytes, length } = this.#window
    for (const decoder of headerlessDecoders(this.#budget.isDeep)) {
      if (decoder.isPlausible(bytes.subarray(0, length), 0))
        this.#containers.push(this.#container(decoder, 0, false, false))
    }
  }

  #nameOf(decoder: Decoder, start: number): string {
    return `${[...this.#place.via, decoder.name].join(' › ')} at offset ${this.#place.offset ?? start}`
  }

  /** @param isTooDeep it is only opened to know whether it is one: what comes out is not looked at */
  #container(decoder: Decoder, start: number, isAtBegin: boolean, isTooDeep: boolean): Container {
    const place: Place = {
      via: [...this.#place.via, decoder.name],
      offset: this.#place.offset ?? start,
      shortestChain: decoder.kind === 'text' ? 2 : 0,
      joins: this.#place.joins,
      opens: true,
    }
    const report = (cover: Cover, hit: Hit): void => {
      this.#reassembly?.addContained(cover)
      this.#covers.addHit(hit, start, cover)
    }
    const openContents = (cover: Cover, tell: Tell): Contents =>
      isTooDeep ? unseen : new Layer(this.#machine, this.#budget, place, hit => report(cover, hit), tell)
    const name = this.#nameOf(decoder, start)
    return new Container(name, decoder, start, isAtBegin, this.#covers, this.#budget, openContents, this.#tell)
  }
}
