import { spawnSync } from 'node:child_process'
import { expect, test } from '@playwright/test'
import { freshCanary, mutated, noise, planted, prose, scanInPieces } from './decoders/planted.suite.ts'
import { zipEntry } from './packers.suite.ts'

const isThere = spawnSync('xz', ['--version']).status === 0
test.skip(!isThere, 'there is no command xz on this machine')

function packed(content: string | Uint8Array, ...options: string[]): Buffer {
  const { status, stdout, stderr } = spawnSync('xz', ['--format=lzma', '-c', ...options], { input: content })
  if (status !== 0) throw new Error(`xz: ${stderr}`)
  return stdout
}

for (const size of [100, 3000, 300_000]) {
  test(`lzma of ${size} bytes is read amid others, in any pieces, at any level`, async () => {
    const { text, canaries } = planted(`lzma ${size}`, size)
    const ids = new Set(canaries.map(({ id }) => id))
    for (const options of [['-6'], ['-0'], ['-9e']]) {
      const bytes = packed(text, ...options)
      for (const [before, after] of [
        ['', ''],
        ['before', noise('after', 40_000)],
      ] as const) {
        const sight = await scanInPieces(Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)]), 9999)
        expect([sight.ids, sight.incomplete]).toEqual([ids, []])
        expect(new Set(sight.hits.map(hit => hit.via.join()))).toEqual(new Set(['lzma']))
      }
    }
  })
}

test('lzma that says its size, and what was random before, is read', async () => {
  const canary = freshCanary()
  const content = Buffer.concat([noise('random', 50_000), Buffer.from(canary.text), noise('more', 50_000)])
  const bytes = packed(content)
  bytes.writeBigUInt64LE(BigInt(content.length), 5)
  expect(await scanInPieces(bytes)).toMatchObject({ ids: new Set([canary.id]), incomplete: [] })
})

test('what is cut or damaged is read as far as it goes, and said', async () => {
  const canary = freshCanary()
  const bytes = packed(`${canary.text} ${prose('long', 200_000)}`)
  for (const wrong of [bytes.subarray(0, bytes.length - 3000), mutated(bytes.subarray(0, -1), 'wrong')]) {
    const { incomplete } = await scanInPieces(wrong)
    expect(incomplete.join()).toMatch(/^lzma at offset 0: lzma is damaged; only \d+ unpacked bytes of it were scanned/)
  }
  expect((await scanInPieces(bytes.subarray(0, bytes.length - 3000))).ids).toEqual(new Set([canary.id]))
})

test('headers that only look so are nothing', async () => {
  const header = Buffer.from('5d00008000ffffffffffffffff00', 'hex')
  const canary = freshCanary()
  for (let round = 0; round < 60; round++) {
    const bytes = Buffer.concat([noise(`a ${round}`, 300), header, noise(`b ${round}`, 500), Buffer.from(canary.text)])
    expect(await scanInPieces(bytes)).toMatchObject({ ids: new Set([canary.id]), incomplete: [] })
  }
})

test('an entry of zip that is packed by LZMA is read, ended by a marker or by its size', async () => {
  const { text, canaries } = planted('zip', 20_000)
  const content = Buffer.from(text)
  const alone = packed(content)
  const body = Buffer.concat([Buffer.from([9, 20, 5, 0]), alone.subarray(0, 5), alone.subarray(13)])
  for (const flags of [0, 2]) {
    const entry = zipEntry(14, body, content)
    entry.writeUInt16LE(flags, 6)
    entry.writeUInt32LE(content.length, 22)
    const { ids, incomplete } = await scanInPieces(Buffer.concat([entry, Buffer.from('PK\x01\x02')]))
    expect([ids, incomplete]).toEqual([new Set(canaries.map(({ id }) => id)), []])
  }
})
