import { createHash } from 'node:crypto'
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import { isDeflate } from './decoders/deflate-evidence.ts'
import { isMissing, packers, png, zipOf } from './packers.suite.ts'
import { createScanner } from './scanner.ts'

const key = RunKey.fromHex('d4'.repeat(32))
const { text } = new Mint(key).mint({ role: 'payload', data: null, exchange: null, field: null, position: 'whole' })
const scanner = createScanner(key)

const noise = (seed: string, bytes: number): Buffer =>
  createHash('shake256', { outputLength: bytes }).update(seed).digest()
/** Sentences of few words. */
const prose = (seed: string, count: number): string =>
  Array.from(noise(seed, count), byte => noise(`word ${byte % 97}`, 2 + (byte % 5)).toString('hex')).join(' ')

async function incompleteOf(...chunks: readonly (Uint8Array | string)[]): Promise<readonly string[]> {
  const stream = scanner.open(() => {})
  for (const chunk of chunks) await stream.push(Buffer.from(chunk))
  return (await stream.end()).incomplete
}

/** Other bytes at a place of so many per cent. */
function broken(packed: Uint8Array, percent: number, bytes = 12): Buffer {
  const damaged = Buffer.from(packed)
  const place = Math.floor((packed.length * percent) / 100)
  for (let at = place; at < Math.min(place + bytes, packed.length); at++) damaged[at] = (damaged[at] ?? 0) ^ 0xa5
  return damaged
}

const content = Buffer.from(`${prose('small', 700)} ${text} ${prose('after', 200)}`)

for (const packer of packers.filter(({ title }) => title !== 'zlib 0')) {
  test(`${packer.title}: a few KiB that are damaged anywhere in their data are said, amid others`, async () => {
    test.skip(isMissing(packer), `there is no command ${packer.command} on this machine`)
    const packed = packer.pack(content)
    expect(await incompleteOf('0123456789', packed, noise('rest', 500))).toEqual([])
    for (const percent of [30, 45, 60, 75, 90]) {
      const said = await incompleteOf('0123456789', broken(packed, percent), noise('rest', 500))
      expect(said.join(), `at ${percent} %`).toMatch(
        new RegExp(`^${packer.format} at offset 10: ${packer.format} is damaged`),
      )
    }
  })
}

test('what a file begins with is damaged however little of it can be read', async () => {
  const small = `{"prompt":"${text}"}`
  for (const [format, packed] of [
    ['gzip', gzipSync(small)],
    ['zip', Buffer.concat([zipOf(Buffer.from(small)), Buffer.from('PK\x01\x02')])],
    ['zstd', zstdCompressSync(small, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })],
  ] as const) {
    expect(await incompleteOf(packed)).toEqual([])
    for (const percent of [50, 60, 80])
      expect((await incompleteOf(broken(packed, percent, 4))).join(), `${format} at ${percent} %`).toMatch(
        new RegExp(`^${format} at offset 0: .*damaged`),
      )
  }
})

test('a block of lz4 whose checksum is wrong is said, and a sound header is enough to say a damaged first block', async () => {
  const lz4 = packers.find(({ title }) => title.includes('-B4 -BX'))
  test.skip(lz4 === undefined || isMissing(lz4), 'there is no command lz4 on this machine')
  // Literals that are other ones change nothing else; the frame's checksum is cut off.
  const packed = Buffer.from(lz4?.pack(noise('literals', 150_000)) ?? [])
  const cut = packed.subarray(0, packed.length - 8)
  expect(await incompleteOf(cut)).toEqual([])
  expect((await incompleteOf('0123456789', broken(broken(cut, 10, 1), 60, 1))).join()).toMatch(
    /lz4 at offset 10: .*checksum is wrong/,
  )
  const size = packed.subarray(7, 11)
  for (const at of [0, 1]) size[2 + at] = 0x7f
  expect((await incompleteOf('0123456789', packed)).join()).toMatch(/lz4 at offset 10: lz4 is damaged; only 0 unpacked/)
  packed[6] = (packed[6] ?? 0) ^ 1
  expect(await incompleteOf('0123456789', packed)).toEqual([])
})

test('an image whose chunks are wrong is said', async () => {
  const image = png(content)
  expect(await incompleteOf(image)).toEqual([])
  expect((await incompleteOf(broken(image, 60, 2))).join()).toMatch(/png is damaged: its checksum is wrong/)
})

test('raw deflate and brotli at the beginning of a stream are said when they are damaged', async () => {
  const flushed = deflateRawSync(content, { finishFlush: constants.Z_FULL_FLUSH })
  expect((await incompleteOf(flushed, Buffer.alloc(50, 0xff))).join()).toMatch(/^deflate at .*deflate is damaged/)
  const deep = createScanner(key, { encodings: 3 }).open(() => {})
  const packed = brotliCompressSync(Buffer.from(prose('brotli', 60_000)))
  await deep.push(broken(packed, 80, 200))
  expect((await deep.end()).incomplete.join()).toMatch(/brotli is damaged/)
})

test('zstd that ends within a block says so, cut between blocks it does not', async () => {
  const packed = zstdCompressSync(content)
  expect((await incompleteOf('...', packed.subarray(0, packed.length - 30))).join()).toMatch(
    /^zstd at offset 3: zstd ends within a block/,
  )
  const flushed = zstdCompressSync(content, { finishFlush: constants.ZSTD_e_flush })
  expect(await incompleteOf('...', flushed)).toEqual([])
})

test('deflate that ends early says nothing: what is there was read', async () => {
  for (const packed of [gzipSync(content), deflateSync(content), zipOf(content)])
    expect(await incompleteOf('...', packed.subarray(0, packed.length - 100))).toEqual([])
})

test('deflate is told from other bytes by evidence', () => {
  expect(isDeflate(deflateRawSync(content), 30)).toBe(true)
  expect(isDeflate(broken(deflateRawSync(content), 20), 30)).toBe(true)
  expect(isDeflate(deflateRawSync(content.subarray(0, 300), { strategy: constants.Z_FIXED }), 30)).toBe(true)
  for (const other of [Buffer.alloc(9000), Buffer.alloc(9000, 'zz'), Buffer.alloc(9000, 0x4c), content])
    expect(isDeflate(other, 30)).toBe(false)
  let taken = 0
  for (let index = 0; index < 3000; index++) if (isDeflate(noise(`chance ${index}`, 200), 16)) taken++
  expect(taken).toBe(0)
})

test('long text that says one thing over and over is no deflate, however much of it can be unpacked as such', async () => {
  const lines = Array.from({ length: 2000 }, (_, index) => `{"id":${index},"text":"${prose(`${index}`, 3)}"}\n`).join(
    '',
  )
  for (const [begin, word] of [
    ['{"a":"', 'a '],
    ['{"a":["', 'y'],
    ['{"a":["', 'é'],
    ['x^{a', 'no '],
  ] as const)
    expect(await incompleteOf(begin, word.repeat(2 ** 21 / word.length), '"}\n', lines), begin + word).toEqual([])
})

test('a large table of equal numbers is no raw lz4 or snappy', async () => {
  // Read as lz4: one literal, and what came before again; as snappy, a length and the same.
  for (const [begin, unit] of [
    ['', '10aa0100'],
    ['ffffff7f', '00aa0501'],
  ] as const) {
    const table = Buffer.concat([Buffer.from(begin, 'hex'), Buffer.alloc(17 * 2 ** 20, unit, 'hex')])
    expect(await incompleteOf(table), unit).toEqual([])
  }
})

test('damage after more than is remembered is said', async () => {
  const data = deflateRawSync(noise('long', 1_200_000).toString('hex'), { finishFlush: constants.Z_FULL_FLUSH })
  expect(data.length).toBeGreaterThan(2 ** 20)
  for (const [format, header] of [
    ['deflate', Buffer.alloc(0)],
    ['zlib', deflateSync('').subarray(0, 2)],
    ['gzip', gzipSync('').subarray(0, 10)],
  ] as const)
    expect((await incompleteOf(header, data, Buffer.alloc(50, 0xff))).join(), format).toMatch(
      new RegExp(`^${format} at offset 0: ${format} is damaged; only \\d{7} unpacked bytes`),
    )
})

test('a chain of streams that chance made, deeper than is opened, is not said', async () => {
  const stored = (inner: Uint8Array): Buffer => {
    const header = Buffer.from('7801010000ffff', 'hex')
    header.writeUInt16LE(inner.length, 3)
    header.writeUInt16LE(inner.length ^ 0xffff, 5)
    return Buffer.concat([header, inner])
  }
  const chain = Array.from({ length: 9 }).reduce<Buffer>(inner => stored(inner), noise('inner', 60))
  expect(await incompleteOf('library', chain, noise('code', 400))).toEqual([])
  const real = Array.from({ length: 6 }).reduce<Uint8Array>(inner => deflateSync(inner), content)
  expect((await incompleteOf('library', real)).join()).toMatch(/more than 5 deep/)
})

test('what another container stores in pieces is not damaged, nor what stands in it', async () => {
  const packed = gzipSync(
    Buffer.concat([Buffer.from(noise('stored', 200_000).toString('base64')), deflateSync(content)]),
  )
  expect(packed.length).toBeGreaterThan(2 ** 17)
  expect(await incompleteOf('hello\n', zstdCompressSync(packed), 'x')).toEqual([])
  expect(await incompleteOf('hello\n', gzipSync(packed), 'x')).toEqual([])
})

test('a header that chance made in encoded text is no damage', async () => {
  const header = Buffer.of(0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 0, 3)
  const chance = Buffer.concat([noise('left', 303), header, Buffer.alloc(40, 0xff), noise('right', 300)])
  expect(await incompleteOf(`"${chance.toString('base64')}" ${chance.toString('hex')}\n`)).toEqual([])
})
