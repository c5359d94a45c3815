import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from '@playwright/test'
import { Bench, scanOf, until } from '../bench.suite.ts'
import { sinkContract } from '../contract.suite.ts'
import type { Stdio, StdioStream } from './stdio.ts'
import { stdioSink } from './stdio.ts'

/** A process that prints what it is told, started as a driver does: planted lines first, through its own descriptors. */
class Echo implements Stdio, AsyncDisposable {
  readonly #planted: Record<StdioStream, string[]> = { stdout: [], stderr: [] }
  readonly #subscribers: { stream: StdioStream; onChunk: (chunk: Uint8Array) => void; onEnd: () => void }[] = []
  #child: ChildProcess | null = null
  /** all that it printed has come */
  #closed: Promise<unknown> = Promise.resolve()
  text = ''

  subscribe(stream: StdioStream, onChunk: (chunk: Uint8Array) => void, onEnd: () => void): void {
    this.#subscribers.push({ stream, onChunk, onEnd })
  }

  plantAtStart(stream: StdioStream, line: string): void {
    this.#planted[stream].push(line)
  }

  async start(program: readonly string[] = ['cat']): Promise<void> {
    const script = 'printf "%s" "$1"; printf "%s" "$2" >&2; shift 2; exec "$@"'
    const planted = (['stdout', 'stderr'] as const).map(stream =>
      this.#planted[stream].map(line => `${line}\n`).join(''),
    )
    const child = spawn('/bin/sh', ['-c', script, 'sh', ...planted, ...program], { stdio: 'pipe' })
    this.#child = child
    this.#closed = once(child, 'close')
    for (const { stream, onChunk, onEnd } of this.#subscribers) {
      child[stream].on('data', onChunk)
      child[stream].once('close', onEnd)
    }
    child.stdout.on('data', chunk => {
      this.text += chunk
    })
    if (planted[0] !== '') await until(() => this.text !== '')
  }

  async write(text: string): Promise<void> {
    const before = this.text.length
    this.#child?.stdin?.write(text)
    await until(() => this.text.length >= before + text.length)
  }

  async ended(): Promise<void> {
    await this.#closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#child
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill('SIGKILL')
    await exit
  }
}

sinkContract('stdio', async () => {
  const echo = new Echo()
  return {
    sink: stdioSink({ kind: 'stdio', stream: 'stdout' }, echo),
    start: () => echo.start(),
    write: text => echo.write(`${text}\n`),
    holds: async text => echo.text.includes(text),
    lasting: true,
    [Symbol.asyncDispose]: () => echo[Symbol.asyncDispose](),
  }
})

test('a canary is found once, also where scans cut the stream in the middle of it', async () => {
  await using echo = new Echo()
  const bench = new Bench()
  const { open } = await bench.opened(stdioSink({ kind: 'stdio', stream: 'stdout' }, echo))
  await using _ = open
  await echo.start()
  const planted = echo.text.length
  const payload = bench.canary()
  await echo.write(`${'x'.repeat(200_000)}${payload.text.slice(0, 10)}`)
  await scanOf(open)
  await echo.write(`${payload.text.slice(10)} and on\n`)
  for (const _again of [1, 2]) {
    const { sightings } = await scanOf(open)
    const whole = sightings.filter(({ canary }) => canary === payload.id)
    expect(whole).toMatchObject([{ offset: planted + 200_000, length: 52, place: { kind: 'stream', name: 'stdout' } }])
  }
})

test('two streams have two controls, and each its own records', async () => {
  await using echo = new Echo()
  const bench = new Bench()
  const out = await bench.opened(stdioSink({ kind: 'stdio', stream: 'stdout' }, echo))
  const err = await bench.opened(stdioSink({ kind: 'stdio', stream: 'stderr' }, echo))
  await echo.start([
    'sh',
    '-c',
    `echo '{"level":30,"reqId":"req_8f3a91bc"}'; echo level=warn took=12ms >&2; printf "no end"`,
  ])
  await echo.ended()
  const [scanOut, scanErr] = [await scanOf(out.open), await scanOf(err.open)]
  expect(scanOut.sightings.map(({ canary }) => canary)).toEqual([out.control.id])
  expect(scanErr.sightings.map(({ canary }) => canary)).toEqual([err.control.id])
  expect(scanOut.coverage.fields).toEqual([
    { format: 'json', field: 'level', shape: 'number', count: 1, first: 'stdout:2' },
    { format: 'json', field: 'reqId', shape: 'id', count: 1, first: 'stdout:2' },
    { format: 'text', field: '*', shape: 'free-text', count: 1, first: 'stdout:3' },
  ])
  expect(scanErr.coverage.fields?.map(({ field, shape }) => [field, shape])).toEqual([
    ['level', 'token'],
    ['took', 'token'],
  ])
  await out.open[Symbol.asyncDispose]()
  await err.open[Symbol.asyncDispose]()
})
