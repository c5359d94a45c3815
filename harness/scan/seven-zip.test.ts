import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import { createScanner } from './scanner.ts'

const key = RunKey.fromHex('7a'.repeat(32))
const mint = new Mint(key)
const fresh = () => mint.mint({ role: 'payload', data: null, exchange: null, field: null, position: 'whole' })
const [one, other, named] = [fresh(), fresh(), fresh()]
const scanner = createScanner(key)
const isMissing = spawnSync('7zz', ['i']).error !== undefined
test.skip(isMissing, 'there is no command 7zz on this machine')

const words = (seed: string, bytes: number): string =>
  createHash('shake256', { outputLength: bytes }).update(seed).digest('hex')
const files = {
  'a.txt': `${words('a', 40_000)} ${one.text} ${words('b', 20_000)}`,
  'empty.txt': '',
  'b.txt': `${words('c', 2000)}${other.text}`,
  [`${named.text}.txt`]: 'its name tells',
}

/** An archive that 7-Zip makes of files. */
function archived(contents: Readonly<Record<string, string | Uint8Array>>, ...options: string[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-7z-'))
  try {
    for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content)
    const { status, stderr } = spawnSync('7zz', ['a', ...options, 'packed.7z', ...Object.keys(contents)], {
      cwd: folder,
    })
    if (status !== 0) throw new Error(`7zz: ${stderr}`)
    return readFileSync(join(folder, 'packed.7z'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function scan(...chunks: readonly (Uint8Array | string)[]): Promise<[string[], readonly string[]]> {
  const hits: string[] = []
  const stream = scanner.open(({ canary, via, offset }) => {
    const name = [one, other, named].findIndex(({ id }) => id === canary)
    hits.push(`${['one', 'other', 'named'][name]} ${via.join(' › ')} at ${offset}`)
  })
  for (const chunk of chunks) await stream.push(Buffer.from(chunk))
  return [hits.sort(), (await stream.end()).incomplete]
}

for (const options of [
  ['-m0=lzma2'],
  ['-m0=lzma2', '-mx=9', '-mmt=2'],
  ['-m0=lzma:lc=2:lp=1:pb=0'],
  ['-m0=lzma', '-ms=off'],
  ['-m0=deflate'],
  ['-m0=bzip2'],
]) {
  test(`7z ${options.join(' ')}: contents and names are found, and nothing is said`, async () => {
    const packed = archived(files, ...options)
    const [hits, incomplete] = await scan('before', packed, 'after')
    expect(incomplete).toEqual([])
    expect(hits).toEqual(['named 7z › utf16le at 6', 'one 7z at 6', 'other 7z at 6'])
    expect((await scan(gzipSync(packed)))[0]).toEqual(
      hits.map(hit => hit.replace('7z', 'gzip › 7z').replace(/6$/, '0')),
    )
  })

  test(`7z ${options.join(' ')}: damage is said, and what is before it is found`, async () => {
    const packed = archived({ 'a.txt': `${one.text} ${words('d', 40_000)}` }, ...options)
    packed.fill(0x5a, packed.length - 2000, packed.length - 1990)
    const [hits, incomplete] = await scan(packed)
    // A block of bzip2 is unpacked as a whole or not at all.
    expect(hits).toEqual(options[0] === '-m0=bzip2' ? [] : ['one 7z at 0'])
    expect(incomplete.join()).toMatch(/^7z at offset 0: 7z is damaged/)
  })
}

test('what 7z stores is found once, with its chain', async () => {
  const [hits, incomplete] = await scan(archived(files, '-m0=copy'))
  expect(hits).toEqual(['named 7z › utf16le at 0', 'one 7z at 0', 'other 7z at 0'])
  expect(incomplete).toEqual([])
})

test('7z in 7z is opened', async () => {
  const [hits, incomplete] = await scan(archived({ 'inner.7z': archived(files) }))
  expect(hits).toEqual(['named 7z › 7z › utf16le at 0', 'one 7z › 7z at 0', 'other 7z › 7z at 0'])
  expect(incomplete).toEqual([])
})

test('what cannot be unpacked is said by its name', async () => {
  const text = Buffer.from(files['a.txt'])
  for (const [options, reason] of [
    [['-psecret'], 'AES, which encrypts it'],
    [['-psecret', '-mhe=on'], 'AES, which encrypts it'],
    [['-m0=ppmd'], 'PPMd'],
    [['-m0=bcj2', '-m1=lzma', '-m2=lzma', '-m3=lzma', '-mb0:1', '-mb0s1:2', '-mb0s2:3'], 'BCJ2'],
    [['-m0=bcj', '-m1=lzma2'], 'BCJ x86'],
    [['-m0=delta:2', '-m1=lzma2'], 'Delta'],
  ] as const) {
    const [hits, incomplete] = await scan(archived({ 'a.txt': text }, ...options))
    expect(hits).toEqual([])
    expect(incomplete.join(), options.join(' ')).toContain(`7z is packed by ${reason}, and was not read`)
  }
})

test('an archive that is cut, or whose header is wrong or too far, says so', async () => {
  const packed = archived(files)
  expect((await scan(packed.subarray(0, packed.length - 5)))[1].join()).toContain('7z ends before its header')
  const wrong = Buffer.from(packed)
  wrong[wrong.length - 1] = (wrong.at(-1) ?? 0) ^ 1
  expect((await scan(wrong))[1].join()).toContain('damaged header')
  const { crc32 } = await import('node:zlib')
  const far = Buffer.from(packed)
  far.writeBigUInt64LE(2n ** 40n, 12)
  far.writeUInt32LE(crc32(far.subarray(12, 32)), 8)
  expect((await scan(far))[1].join()).toMatch(/7z of \d+ bytes was not unpacked/)
})
