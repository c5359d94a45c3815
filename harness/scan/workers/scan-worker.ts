import { parentPort, workerData } from 'node:worker_threads'
import { RunKey } from '../../canary/key.ts'
import { Vocabulary } from '../../canary/tokens/vocabulary.ts'
import { createScanner } from '../scanner.ts'
import { HostedStream } from './hosted-stream.ts'
import type { Answer, Order, WorkerSetup } from './messages.ts'

/** The thread of a `RemoteWorker`: a scanner of its own, with a memory of its own, for many streams. */
const setup = workerData as WorkerSetup
const present = setup.vocabularies.map(packed => new Vocabulary(packed))
// What it is blind to is said by whoever started it.
const scanner = createScanner(RunKey.fromHex(setup.key), setup.limits, { vocabularies: { present, absent: [] } })
const streams = new Map<number, HostedStream>()

parentPort?.on('message', (order: Order) => obey(order))
answer({ kind: 'ready' })

function obey(order: Order): void {
  const { stream } = order
  if (order.kind === 'open') {
    streams.set(stream, new HostedStream(scanner.open(hit => answer({ kind: 'hit', stream, hit }))))
  } else if (order.kind === 'push') {
    const { buffer, length } = order
    const done = () => answer({ kind: 'taken', stream, buffer, length }, [buffer])
    streams.get(stream)?.push(new Uint8Array(buffer, 0, length), done)
  } else {
    if (order.kind === 'end') streams.get(stream)?.end(coverage => answer({ kind: 'ended', stream, coverage }))
    streams.delete(stream)
  }
}

function answer(message: Answer, transferred: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transferred)
}
