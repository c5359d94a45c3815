import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { RunKey } from '../../canary/key.ts'
import { Mint } from '../../canary/mint.ts'
import { installedVocabularies } from '../../canary/tokens/load.ts'
import { realTokenizer, realTokenizers } from '../../canary/tokens/real-tokenizers.suite.ts'
import type { Hit, ScanCoverage, Scanner } from '../scan.ts'
import { createScanner } from '../scanner.ts'
import { createPooledScanner } from './pooled-scanner.ts'
import { RemoteWorker } from './remote-worker.ts'

const key = RunKey.fromHex('5c'.repeat(32))
const { id, text } = new Mint(key).mint({ role: 'payload', data: null, exchange: null, field: null, position: 'whole' })
const setup = { key: key.hex, limits: {}, vocabularies: [] }
const here = createScanner(key)

/** A worker that does `code` instead of scanning; `port` is its end of the conversation. */
function impostor(code: string): RemoteWorker {
  const head = "import { parentPort as port } from 'node:worker_threads';"
  return new RemoteWorker(setup, new URL(`data:text/javascript,${encodeURIComponent(head + code)}`))
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await wait(5)
}

interface Scanned {
  readonly hits: readonly Hit[]
  readonly coverage: ScanCoverage
}

async function scan(scanner: Pick<Scanner, 'open'>, bytes: Uint8Array, chunk: number): Promise<Scanned> {
  const hits: Hit[] = []
  const stream = scanner.open(hit => hits.push(hit))
  const reused = Buffer.alloc(chunk)
  for (let at = 0; at < bytes.length; at += chunk) {
    const part = bytes.subarray(at, at + chunk)
    reused.set(part)
    await stream.push(reused.subarray(0, part.length))
    reused.fill(0x2e)
  }
  return { hits, coverage: await stream.end() }
}

/** Streams of many kinds: long and short, with containers, with bounds that are hit, with nothing. */
const contents: readonly Uint8Array[] = Array.from({ length: 12 }, (_, index) => {
  const filler = Buffer.alloc(index * 70_001, `line ${index} of a log\n`)
  const packed = gzipSync(`${filler.toString('latin1')}${text}`)
  const deep = Array.from({ length: 7 }).reduce<Uint8Array>(bytes => gzipSync(bytes), Buffer.from(text))
  return Buffer.concat([
    filler,
    Buffer.from(text),
    filler,
    packed,
    Buffer.from(Buffer.from(text).toString('hex')),
    deep,
  ])
})

test('many streams at once over two workers tell what a scan in this thread tells', async () => {
  const workers: RemoteWorker[] = []
  const start = (): RemoteWorker => {
    const worker = new RemoteWorker(setup)
    workers.push(worker)
    return worker
  }
  await using pool = createPooledScanner(key, {}, { workers: 2, startAfter: 0, start })
  const expected = await Promise.all(contents.map(bytes => scan(here, bytes, 50_000)))
  expect(expected[1]?.hits.length).toBe(4)
  expect(expected[1]?.coverage.incomplete.length).toBe(1)

  await scan(pool, Buffer.alloc(10_000), 10_000)
  await until(() => workers.length === 2 && workers.every(worker => worker.isReady))
  const scans = contents.map((bytes, index) => scan(pool, bytes, 5_000 + 37_000 * index))
  await until(() => workers.every(worker => worker.load >= 4))
  expect(await Promise.all(scans)).toEqual(expected)
  expect(workers.map(worker => worker.load)).toEqual([0, 0])
})

test('no worker is started for little, nor given a name', async () => {
  const start = (): RemoteWorker => {
    throw new Error('started')
  }
  await using late = createPooledScanner(key, {}, { workers: 2, startAfter: 2 ** 20, start })
  expect((await scan(late, contents[3] ?? Buffer.alloc(0), 65_536)).hits.length).toBe(4)
  await using early = createPooledScanner(key, {}, { workers: 2, startAfter: 0, start })
  expect((await scan(early, Buffer.from(`a name with ${text}`), 9)).hits).toMatchObject([{ canary: id }])
  await expect(scan(early, Buffer.alloc(5000), 5000)).rejects.toThrow('started')
  await using single = createPooledScanner(key, {}, { workers: 1, startAfter: 0, start })
  expect((await scan(single, contents[3] ?? Buffer.alloc(0), 65_536)).hits.length).toBe(4)
})

test('two long streams at once are worth workers from the beginning; one, and short ones beside it, are not', async () => {
  const workers: RemoteWorker[] = []
  const start = (): RemoteWorker => {
    const worker = new RemoteWorker(setup)
    workers.push(worker)
    return worker
  }
  await using pool = createPooledScanner(key, {}, { workers: 2, startAfter: 2 ** 40, start })
  const long = Buffer.concat([Buffer.from(text), Buffer.alloc(6 * 2 ** 20), Buffer.from(text)])
  const first = pool.open(() => undefined)
  await first.push(Buffer.alloc(2 ** 16))
  await first.push(Buffer.alloc(5 * 2 ** 20))
  expect((await scan(pool, contents[9] ?? Buffer.alloc(0), 2 ** 18)).hits.length).toBe(4)
  expect(workers).toEqual([])
  const { hits, coverage } = await scan(pool, long, 2 ** 18)
  expect(hits.map(({ offset }) => offset)).toEqual([0, long.length - text.length])
  expect(coverage).toEqual({ bytes: long.length, unpacked: 0, incomplete: [] })
  expect(workers).toHaveLength(2)
  expect((await first.end()).bytes).toBe(5 * 2 ** 20 + 2 ** 16)
})

test('workers that cannot start leave all to this thread', async () => {
  const workers = [impostor("throw new Error('no memory')"), impostor('process.exit(5)')]
  const left = [...workers]
  const start = (): RemoteWorker => left.pop() ?? new RemoteWorker(setup)
  await using pool = createPooledScanner(key, {}, { workers: 2, startAfter: 0, start })
  await scan(pool, Buffer.alloc(10_000), 10_000)
  await until(() => workers.every(worker => worker.lost !== null))
  expect(workers.map(worker => worker.lost)).toEqual(['no memory', 'it ended with code 5'])
  const { hits, coverage } = await scan(pool, contents[0] ?? Buffer.alloc(0), 65_536)
  expect(hits.length).toBe(4)
  expect(coverage.bytes).toBe(contents[0]?.length)
})

for (const [how, code, reason] of [
  ['ends', 'process.exit(3)', 'it ended with code 3'],
  ['throws', "throw new Error('out of luck')", 'out of luck'],
] as const) {
  test(`a worker that ${how} in the middle makes its streams incomplete, and nobody wait`, async () => {
    const body = `port.postMessage({ kind: 'ready' }); let pushes = 0;
      port.on('message', order => {
        if (order.kind !== 'push') return;
        if (++pushes > 5) { ${code} }
        const { stream, buffer, length } = order;
        port.postMessage({ kind: 'taken', stream, buffer, length }, [buffer])
      })`
    await using worker = impostor(body)
    const other = worker.open(() => undefined)
    const { hits, coverage } = await scan(worker, Buffer.alloc(2 ** 23), 2 ** 17)
    expect(hits).toEqual([])
    expect(coverage.bytes).toBeLessThan(2 ** 23)
    expect(coverage.incomplete).toEqual([expect.stringMatching(`a worker of the scan was lost .*${reason}`)])
    expect((await other.end()).incomplete.length).toBe(1)
    expect((await scan(worker, Buffer.alloc(9000), 9000)).coverage.incomplete.length).toBe(1)
  })
}

test('a slow worker is not sent more than 8 pieces and one beside', async () => {
  const body = `port.postMessage({ kind: 'ready' }); let held = 0, most = 0, all = 0;
    port.on('message', order => {
      const { stream, buffer, length } = order;
      if (order.kind === 'end') port.postMessage({ kind: 'ended', stream, coverage: { bytes: most, unpacked: 0, incomplete: [String(all)] } });
      if (order.kind !== 'push') return;
      held += length; all += length; most = Math.max(most, held);
      setTimeout(() => { held -= length; port.postMessage({ kind: 'taken', stream, buffer, length }, [buffer]) }, 5)
    })`
  await using worker = impostor(body)
  const { coverage } = await scan(worker, Buffer.alloc(2 ** 24), 2 ** 22)
  expect(coverage.incomplete).toEqual([String(2 ** 24)])
  expect(coverage.bytes).toBeGreaterThan(2 ** 18)
  expect(coverage.bytes).toBeLessThanOrEqual(9 * 2 ** 18)
})

test('small pieces are sent together, while others are on their way', async () => {
  const body = `port.postMessage({ kind: 'ready' }); const lengths = [];
    port.on('message', order => {
      const { kind, stream, buffer, length } = order;
      if (kind === 'end') port.postMessage({ kind: 'ended', stream, coverage: { bytes: 0, unpacked: 0, incomplete: lengths.map(String) } });
      if (kind !== 'push') return;
      lengths.push(length);
      port.postMessage({ kind: 'taken', stream, buffer, length }, [buffer])
    })`
  await using worker = impostor(body)
  const { coverage } = await scan(worker, Buffer.alloc(2 ** 20), 2048)
  const room = 2 ** 18
  expect(coverage.incomplete.map(Number)).toEqual([2048, room, room, room, room - 2048])
})

test('a pool that is closed ends what is open as incomplete', async () => {
  const worker = new RemoteWorker(setup)
  await until(() => worker.isReady)
  const stream = worker.open(() => undefined)
  await stream.push(Buffer.alloc(100_000))
  const ended = stream.end()
  await worker[Symbol.asyncDispose]()
  expect((await ended).incomplete).toEqual([expect.stringContaining('given up')])
})

test('a stream that is dropped is forgotten; what a listener throws comes out at the end', async () => {
  await using worker = new RemoteWorker(setup)
  const dropped = worker.open(() => undefined)
  await dropped.push(Buffer.from(text))
  dropped.drop()
  expect(worker.load).toBe(0)
  const stream = worker.open(() => {
    throw new Error('the disk is full')
  })
  await stream.push(Buffer.from(` ${text} `))
  await expect(stream.end()).rejects.toThrow('the disk is full')
})

test('token ids are found in a stream that a worker scans, as in this thread, and what is not looked for is said', async () => {
  const vocabularies = await installedVocabularies()
  expect(vocabularies.present.length).toBe(realTokenizers.size)
  const files = [...realTokenizers.values()].map(encode => {
    const ids = encode(`The number is ${text}, as agreed.`)
    return Buffer.concat([
      Buffer.alloc(100_000, 'line of a log\n'),
      Buffer.from(JSON.stringify({ prompt_token_ids: ids })),
    ])
  })
  const sought = createScanner(key, {}, { vocabularies })
  const expected = await Promise.all(files.map(bytes => scan(sought, bytes, 50_000)))
  for (const { hits } of expected) expect(hits).toMatchObject([{ canary: id, confirmed: true }])
  await using worker = new RemoteWorker({ ...setup, vocabularies: vocabularies.present.map(({ packed }) => packed) })
  expect(await Promise.all(files.map(bytes => scan(worker, bytes, 50_000)))).toEqual(expected)
  expect(await scan(here, files[0] ?? Buffer.alloc(0), 50_000)).toMatchObject({ hits: [] })

  const some = { present: vocabularies.present.slice(1), absent: [{ name: 'one', package: 'its', reason: 'none' }] }
  await using pool = createPooledScanner(key, {}, { workers: 2, startAfter: 0, vocabularies: some })
  expect(pool.blindTo).toContain('token ids of one')
})

test('a pool hands its vocabularies to its workers', async () => {
  const vocabularies = await installedVocabularies()
  const pool = createPooledScanner(key, {}, { workers: 2, startAfter: 0, vocabularies })
  const ids = realTokenizer('o200k')(`so ${text} it is`)
  const hits: Hit[] = []
  // Of two long streams at once the second waits for a worker.
  const first = pool.open(() => undefined)
  await first.push(Buffer.alloc(10_000))
  const second = pool.open(hit => hits.push(hit))
  await second.push(Buffer.concat([Buffer.from(`[${ids.join(',')}]`), Buffer.alloc(6 * 2 ** 20)]))
  await until(() => hits.length > 0)
  await pool[Symbol.asyncDispose]()
  expect(hits).toMatchObject([{ canary: id, via: ['decimal', 'tokens:o200k'] }])
  expect((await second.end()).incomplete).toEqual([expect.stringContaining('a worker of the scan was lost')])
  expect((await first.end()).incomplete).toEqual([])
})

test('what a worker runs is built: nobody imports it', () => {
  const { files } = JSON.parse(readFileSync('tsconfig.build.json', 'utf8'))
  expect(files).toContain('harness/scan/workers/scan-worker.ts')
})
