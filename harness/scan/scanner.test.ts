import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import type { Role } from '../model/canary.ts'
import type { Hit, ScanCoverage, Scanner } from './scan.ts'
import { createScanner } from './scanner.ts'

const key = RunKey.fromHex('a7'.repeat(32))
const scanner = createScanner(key)
const mint = new Mint(key)
const canaryOf = (role: Role) => mint.mint({ role, data: null, exchange: null, field: null, position: 'whole' })

async function scan(chunks: Iterable<Uint8Array | string>, by: Scanner = scanner): Promise<[Hit[], ScanCoverage]> {
  const hits: Hit[] = []
  const stream = by.open(hit => hits.push(hit))
  for (const chunk of chunks) await stream.push(Buffer.from(chunk))
  return [hits, await stream.end()]
}

async function hitsIn(...chunks: (Uint8Array | string)[]): Promise<Hit[]> {
  return (await scan(chunks))[0]
}

const short = ({ canary, role, via, offset, length, confirmed }: Hit) => ({
  canary,
  role,
  via: via.join(' › '),
  at: [offset, length],
  confirmed,
})

test('each half of a canary tells its role and as much of the id as is there', async () => {
  for (const role of ['payload', 'control', 'upstream', 'decoy'] as const) {
    const { id, text } = canaryOf(role)
    const head = { canary: `${id.slice(0, 4)}????????`, role, via: '', at: [5, 24], confirmed: true }
    expect((await hitsIn(`said ${text.slice(0, 24)}… and so on`)).map(short)).toEqual([head])
    const tail = { canary: `????????${id.slice(8)}`, role, via: '', at: [1, 24], confirmed: true }
    expect((await hitsIn(`.${text.slice(28)}`)).map(short)).toEqual([tail])
  }
})

test('a whole magic without its role letter is evidence, not certainty', async () => {
  const expected = (role: Role, at: number[]) => [{ canary: '????????????', role, via: '', at, confirmed: false }]
  expect((await hitsIn(`x ${key.payload.a} y`)).map(short)).toEqual(expected('payload', [2, 20]))
  expect((await hitsIn(`${key.payload.b}`)).map(short)).toEqual(expected('payload', [0, 20]))
  expect((await hitsIn(`${key.decoy.b}`)).map(short)).toEqual(expected('decoy', [0, 20]))
})

test('a canary cut by the end or the beginning of the data is found under encodings', async () => {
  const { id, text } = canaryOf('payload')
  const head = Buffer.from(text.slice(0, 30))
  const tail = Buffer.from(text.slice(21))
  expect((await hitsIn(head.toString('hex'))).map(short)).toEqual([
    { canary: `${id.slice(0, 10)}??`, role: 'payload', via: 'hex', at: [0, 60], confirmed: true },
  ])
  expect((await hitsIn(tail.toString('base64'))).map(short)).toEqual([
    { canary: `?${id.slice(1)}`, role: 'payload', via: 'base64', at: [0, 42], confirmed: true },
  ])
  const [cut] = await hitsIn(gzipSync(`${'padding '.repeat(40)}${text}`).subarray(0, -12))
  expect(cut).toMatchObject({ role: 'payload', via: ['gzip'] })
})

test('an id with a wrong check is not named', async () => {
  const { id, text } = canaryOf('payload')
  const wrong = id.charAt(6) === 'z' ? 'y' : 'z'
  const changed = text.slice(0, 26) + wrong + text.slice(27)
  const [hit, ...more] = await hitsIn(changed)
  expect(more).toEqual([])
  expect(hit).toMatchObject({ role: 'payload', confirmed: true, offset: 0, length: 52 })
  const alone = await hitsIn(`${key.payload.a}pabc1defg2hi and more`)
  expect(alone.map(short)).toEqual([{ canary: 'p???????????', role: 'payload', via: '', at: [0, 21], confirmed: true }])
})

test('a canary is found across every seam, in pieces of any size, with empty ones between', async () => {
  const { id, text } = canaryOf('payload')
  const bytes = Buffer.from(`before ${Buffer.from(`{"q":"${text}"}`).toString('base64')} after`)
  for (let seam = 0; seam <= bytes.length; seam++) {
    const hits = await hitsIn(bytes.subarray(0, seam), '', bytes.subarray(seam))
    expect(hits.map(short)).toEqual([{ canary: id, role: 'payload', via: 'base64', at: [15, 70], confirmed: true }])
  }
  const packed = gzipSync(bytes)
  expect(await hitsIn(...Array.from(packed, byte => Uint8Array.of(byte)))).toHaveLength(1)
})

test('canaries side by side are each found at their place, across the windows of a long stream', async () => {
  const { id, text } = canaryOf('payload')
  const pieces = 30_000
  const [hits, coverage] = await scan([Buffer.from(text.repeat(pieces))])
  expect(hits.map(hit => hit.offset)).toEqual(Array.from({ length: pieces }, (_, index) => index * 52))
  expect(new Set(hits.map(hit => hit.canary))).toEqual(new Set([id]))
  expect(coverage).toEqual({ bytes: pieces * 52, unpacked: 0, incomplete: [] })
})

test('another run’s canaries are not seen', async () => {
  const { text } = canaryOf('payload')
  const [hits] = await scan([text, gzipSync(text)], createScanner(RunKey.fromHex('a8'.repeat(32))))
  expect(hits).toEqual([])
})

test('streams of one scanner do not disturb each other', async () => {
  const [one, other] = [canaryOf('payload'), canaryOf('upstream')]
  const [first, second] = await Promise.all([
    scan([gzipSync(one.text), other.text]),
    scan([gzipSync(other.text), 'x'.repeat(70_000), one.text]),
  ])
  expect(first[0].map(hit => hit.canary).sort()).toEqual([one.id, other.id].sort())
  expect(second[0].map(hit => hit.canary).sort()).toEqual([one.id, other.id].sort())
})

test('a caller may reuse its buffer once a push has settled', async () => {
  const { id, text } = canaryOf('payload')
  const buffer = Buffer.alloc(1000)
  const hits: Hit[] = []
  const stream = scanner.open(hit => hits.push(hit))
  const packed = gzipSync(`${randomBytes(4000).toString('hex')}${text}`)
  for (let at = 0; at < packed.length; at += buffer.length) {
    const length = packed.copy(buffer, 0, at)
    await stream.push(buffer.subarray(0, length))
    buffer.fill(0xff)
  }
  await stream.end()
  expect(hits.map(hit => hit.canary)).toEqual([id])
})
