import { createHash, randomBytes } from 'node:crypto'
import { constants, deflateRawSync, gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import type { Limits } from './limits.ts'
import { zipOf } from './packers.suite.ts'
import type { Hit, ScanCoverage } from './scan.ts'
import { createScanner } from './scanner.ts'

const key = RunKey.fromHex('b3'.repeat(32))
const { id, text } = new Mint(key).mint({
  role: 'payload',
  data: null,
  exchange: null,
  field: null,
  position: 'whole',
})
/** Text that deflate packs to about half, unlike random bytes, which it stores. */
const prose = Array.from({ length: 500 }, (_, index) => createHash('sha256').update(String(index)).digest('hex')).join(
  ' ',
)

const usual = createScanner(key)

async function scan(chunks: readonly Uint8Array[], limits?: Partial<Limits>): Promise<[Hit[], ScanCoverage]> {
  const hits: Hit[] = []
  const stream = (limits === undefined ? usual : createScanner(key, limits)).open(hit => hits.push(hit))
  for (const chunk of chunks) await stream.push(chunk)
  return [hits, await stream.end()]
}

const short = ({ canary, via, offset }: Hit) => [canary, via.join(' › '), offset]

/** A gzip of zeros, whose blocks of 4 MiB are packed once; its checksum is that of nothing. */
function zeros(bytes: number): Uint8Array {
  const block = deflateRawSync(Buffer.alloc(2 ** 22), { level: 9, finishFlush: constants.Z_FULL_FLUSH })
  const empty = gzipSync('')
  const blocks = Array.from({ length: bytes / 2 ** 22 }, () => block)
  return Buffer.concat([empty.subarray(0, 10), ...blocks, empty.subarray(10)])
}

test('gzip is carved out of other bytes; what follows does not matter, and a wrong checksum is said', async () => {
  const packed = gzipSync(`${prose}${text}${prose}`)
  const [hits, coverage] = await scan([randomBytes(777), packed, randomBytes(5000)])
  expect(hits.map(short)).toEqual([[id, 'gzip', 777]])
  expect(coverage.incomplete).toEqual([])
  packed.fill(0, packed.length - 8)
  const [found, { incomplete }] = await scan([randomBytes(777), packed, randomBytes(5000)])
  expect(found.map(short)).toEqual([[id, 'gzip', 777]])
  expect(incomplete.join()).toMatch(/^gzip at offset 777: gzip is damaged: its checksum is wrong/)
})

test('a header with a name, a comment and an extra field is read', async () => {
  const body = gzipSync(text).subarray(10)
  const header = Buffer.from([0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 3, 0, 1, 2, 3])
  const names = Buffer.from('prompts.log\0kept by mistake\0\x12\x34', 'latin1')
  const [hits] = await scan([Buffer.concat([header, names, body])])
  expect(hits.map(short)).toEqual([[id, 'gzip', 0]])
})

test('a canary in a file name of a gzip header is found as plain', async () => {
  const [hits] = await scan([
    Buffer.concat([
      Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3]),
      Buffer.from(`${text}\0`),
      gzipSync('x').subarray(10),
    ]),
  ])
  expect(hits.map(short)).toEqual([[id, '', 10]])
})

test('members one after another are each found where they start, also inside base64', async () => {
  const [first, second] = [gzipSync(`${prose}${text}`), gzipSync(text)]
  const [hits] = await scan([first, second])
  expect(hits.map(short)).toEqual([
    [id, 'gzip', 0],
    [id, 'gzip', first.length],
  ])
  const [inBase64] = await scan([Buffer.from(Buffer.concat([first, second]).toString('base64'))])
  expect(inBase64.map(short)).toEqual([
    [id, 'base64 › gzip', 0],
    [id, 'base64 › gzip', 0],
  ])
})

test('gzip that a blob holds at any alignment is found under base64, wrapped or in a URL', async () => {
  for (const before of ['', 'a', 'ab', 'abc']) {
    const blob = Buffer.concat([Buffer.from(before), gzipSync(text)])
    const forms = {
      plain: blob.toString('base64'),
      urlSafe: blob.toString('base64url'),
      wrapped: blob.toString('base64').replace(/.{76}/g, '$&\r\n'),
      inUrl: encodeURIComponent(blob.toString('base64')),
    }
    for (const [name, form] of Object.entries(forms)) {
      const [hits] = await scan([Buffer.from(`"${form}"`)])
      expect(
        hits.map(hit => [hit.canary, hit.via.at(-2)?.slice(0, 6), hit.via.at(-1)]),
        `${name} after "${before}"`,
      ).toEqual([[id, 'base64', 'gzip']])
    }
  }
})

test('damage in the middle is said, and what came before it is scanned', async () => {
  const header = Buffer.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3)
  const brokenAfter = (content: string): Uint8Array =>
    Buffer.concat([header, deflateRawSync(content, { finishFlush: constants.Z_SYNC_FLUSH }), Buffer.alloc(99, 0xff)])
  const [late, early] = [brokenAfter(text + prose), brokenAfter(`kept words ${text} and `.padEnd(150, 'more '))]
  for (const damaged of [late, early]) {
    const [hits, { incomplete }] = await scan([damaged])
    expect(hits.map(short)).toEqual([[id, 'gzip', 0]])
    expect(incomplete).toEqual([expect.stringMatching(/^gzip at offset 0: gzip is damaged; only \d+ unpacked bytes/)])
  }
})

test('bytes that only look like gzip are no container, and hide nothing', async () => {
  const lookalikes = [
    Buffer.of(0x1f, 0x8b, 8),
    Buffer.concat([Buffer.of(0x1f, 0x8b, 8, 0), Buffer.alloc(200, 0xfe)]),
    Buffer.concat([Buffer.of(0x1f, 0x8b, 8, 4), Buffer.alloc(200, 0xfe)]),
    Buffer.concat([Buffer.of(0x1f, 0x8b, 8, 0xe0), Buffer.alloc(200)]),
    Buffer.from('H4sIabcdefgh and +LC and fiw'),
  ]
  for (const lookalike of lookalikes) {
    const [hits, { incomplete }] = await scan([Buffer.from(' '), lookalike, Buffer.from(` ${text} `), lookalike])
    expect(hits.map(short)).toEqual([[id, '', lookalike.length + 2]])
    expect(incomplete).toEqual([])
  }
})

test('a bomb of 10 GiB ends in bounded memory and time, and is said', async () => {
  const part = zeros(3 * 2 ** 27)
  const before = process.memoryUsage.rss()
  const [, { incomplete }] = await scan(Array.from({ length: 27 }, () => part))
  expect(incomplete.join()).toContain('gzip at offset 0 was not unpacked to its end')
  expect(incomplete.join()).toContain('it unpacks to more than 268435456 bytes')
  expect(process.memoryUsage.rss() - before).toBeLessThan(256 * 2 ** 20)
  const [hits, nested] = await scan([gzipSync(gzipSync(part)), Buffer.from(text)])
  expect(nested.incomplete.join()).toContain('gzip › gzip')
  expect(hits.map(hit => hit.canary)).toEqual([id])
})

test('each limit that is hit is said with its place', async () => {
  const nested = (depth: number): Uint8Array =>
    Array.from({ length: depth }).reduce<Uint8Array>(bytes => gzipSync(bytes), Buffer.from(`${prose}${text}`))
  expect((await scan([nested(5)]))[1].incomplete).toEqual([])
  expect((await scan([nested(5)]))[0].map(hit => hit.via.length)).toEqual([5])
  expect((await scan([nested(6)]))[1].incomplete.join()).toMatch(/gzip at offset 0 .* more than 5 deep/)

  const [, small] = await scan([gzipSync(prose)], { unpackedBytes: 1000 })
  expect(small.incomplete).toEqual(['gzip at offset 0 was not unpacked to its end: it unpacks to more than 1000 bytes'])

  const [, flat] = await scan([gzipSync(Buffer.alloc(2 ** 20))], { ratio: 10 })
  expect(flat.incomplete.join()).toContain('more than 10 times their size')

  const [, crowd] = await scan([nested(2)], { openContainers: 1 })
  expect(crowd.incomplete.join()).toMatch(/gzip at offset \d+ .* more than 1 containers are open at once/)

  const header = Buffer.concat([Buffer.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3), Buffer.alloc(20, 0xff)])
  const [, hostile] = await scan([Buffer.concat(Array.from({ length: 200 }, () => header))])
  expect(hostile.incomplete.join()).toContain('more than 64 places in one MiB only look like containers')
})

test('an archive of many empty files is no crowd of false containers', async () => {
  const empties = Array.from({ length: 300 }, () => zipOf(Buffer.alloc(0)))
  const [hits, { incomplete }] = await scan([...empties, zipOf(Buffer.from(text))])
  expect(hits.map(hit => hit.via)).toEqual([['zip']])
  expect(incomplete).toEqual([])
})

test('gzip that a blob holds at any alignment is found under two encodings', async () => {
  for (const before of ['', 'a', 'ab', 'abc', 'abcd']) {
    const base64 = Buffer.from(Buffer.concat([Buffer.from(before), gzipSync(text)]).toString('base64'))
    const forms = {
      hex: base64.toString('hex'),
      base64: base64.toString('base64'),
      utf16le: Buffer.from(base64.toString(), 'utf16le'),
    }
    for (const [name, form] of Object.entries(forms)) {
      const [hits, { incomplete }] = await scan([Buffer.from('> '), Buffer.from(form)])
      const seen = hits.map(hit => [hit.canary, ...hit.via])
      expect(seen, `after "${before}"`).toEqual([[id, name, 'base64', 'gzip']])
      expect(incomplete).toEqual([])
    }
  }
})
