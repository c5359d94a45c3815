import { Worker } from 'node:worker_threads'
import { reasonOf } from '../../model/error.ts'
import type { Hit } from '../scan.ts'
import type { Answer, Order, WorkerSetup } from './messages.ts'
import type { Droppable } from './placed-stream.ts'
import type { StreamHost } from './remote-stream.ts'
import { PIECE, RemoteStream } from './remote-stream.ts'

/** Pieces that wait for one worker, at most, besides the one that is being added. */
const MOST_IN_FLIGHT = 8

/** Room for what is new, in MiB: what V8 takes by itself is more than all else that a worker holds. */
const YOUNG_MIB = 6

/** Built, it stands beside this file as JavaScript. */
const SCRIPT = new URL(import.meta.url.endsWith('.ts') ? './scan-worker.ts' : './scan-worker.js', import.meta.url)

/**
 * One thread that scans. It keeps the process alive only while it owes an answer. When it dies its streams end as
 * incomplete; nobody waits for it.
 */
export class RemoteWorker implements StreamHost, AsyncDisposable {
  readonly #worker: Worker
  readonly #streams = new Map<number, RemoteStream>()
  readonly #spare: ArrayBuffer[] = []
  readonly #started = Promise.withResolvers<void>()
  #opened = 0
  #inFlight = 0
  #owed = 0
  #ready = false
  #lost: string | null = null
  #waiting: (() => void)[] = []

  /** @param script what the thread runs; it must speak `messages.ts` */
  constructor(setup: WorkerSetup, script = SCRIPT) {
    this.#worker = new Worker(script, {
      workerData: setup,
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
    })
    this.#worker.on('message', (answer: Answer) => this.#hear(answer))
    this.#worker.on('messageerror', error => this.#lose(reasonOf(error)))
    this.#worker.on('error', error => this.#lose(reasonOf(error)))
    this.#worker.on('exit', code => this.#lose(`it ended with code ${code}`))
    this.#worker.unref()
  }

  /** Has started, and lives. */
  get isReady(): boolean {
    return this.#ready && this.#lost === null
  }

  /** Settles when it is ready, or lost. Whoever waits for it must see to it that the process lives. */
  get started(): Promise<void> {
    return this.#started.promise
  }

  /** Why it died, or null. */
  get lost(): string | null {
    return this.#lost
  }

  /** how many streams are open */
  get load(): number {
    return this.#streams.size
  }

  open(onHit: (hit: Hit) => void): Droppable {
    const id = this.#opened++
    const stream = new RemoteStream(this, id, onHit)
    this.#streams.set(id, stream)
    this.#tell({ kind: 'open', stream: id })
    return stream
  }

  takeRoom(): ArrayBuffer {
    return this.#spare.pop() ?? new ArrayBuffer(PIECE)
  }

  send(stream: number, room: ArrayBuffer, length: number): void {
    if (this.#lost !== null) return
    this.#inFlight += 1
    this.#owe(1)
    this.#tell({ kind: 'push', stream, buffer: room, length }, [room])
  }

  async mayGoOn(): Promise<void> {
    while (this.#inFlight > MOST_IN_FLIGHT) await new Promise<void>(resolve => this.#waiting.push(resolve))
  }

  /** Asks for the coverage of a stream, which is told what comes of it. */
  close(stream: number): void {
    this.#owe(1)
    this.#tell({ kind: 'end', stream })
  }

  /** Forgets a stream that nobody will end. */
  drop(stream: number): void {
    if (this.#streams.delete(stream)) this.#tell({ kind: 'drop', stream })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lose('the scan was given up')
    await this.#worker.terminate()
  }

  #tell(order: Order, transferred: readonly ArrayBuffer[] = []): void {
    if (this.#lost === null) this.#worker.postMessage(order, transferred)
  }

  #hear(answer: Answer): void {
    if (this.#lost !== null) return
    if (answer.kind === 'ready') this.#begin()
    else if (answer.kind === 'hit') this.#streams.get(answer.stream)?.hear(answer.hit)
    else if (answer.kind === 'taken') this.#take(answer)
    else {
      this.#owe(-1)
      this.#streams.get(answer.stream)?.settle(answer.coverage)
      this.#streams.delete(answer.stream)
    }
  }

  #begin(): void {
    this.#ready = true
    this.#started.resolve()
  }

  #take({ stream, buffer, length }: Extract<Answer, { kind: 'taken' }>): void {
    this.#owe(-1)
    this.#inFlight -= 1
    this.#spare.push(buffer)
    this.#streams.get(stream)?.taken(length)
    this.#wake()
  }

  #owe(answers: number): void {
    this.#owed += answers
    if (this.#owed > 0) this.#worker.ref()
    else this.#worker.unref()
  }

  /** Whoever waits for room or for a coverage is let go, with what is known. */
  #lose(reason: string): void {
    if (this.#lost !== null) return
    this.#lost = reason
    this.#started.resolve()
    this.#inFlight = 0
    this.#spare.length = 0
    for (const stream of this.#streams.values()) stream.lose(reason)
    this.#streams.clear()
    this.#wake()
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}
