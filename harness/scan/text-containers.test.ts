import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { freshCanary, prose, scanInPieces } from './decoders/planted.suite.ts'

const canary = freshCanary()
const content = Buffer.from(`${prose('before', 1100)} ${canary.text} ${prose('after', 900)}`)

/** As GNU sharutils writes it: `'` to `` ` ``, where the backquote stands for zero. */
function uuencoded(bytes: Uint8Array, zero: ' ' | '`', end: string): string {
  const character = (value: number): string => (value === 0 ? zero : String.fromCharCode(0x20 + value))
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += 45) {
    const part = bytes.subarray(at, at + 45)
    const filled = Buffer.concat([part, Buffer.alloc((3 - (part.length % 3)) % 3)])
    let line = character(part.length)
    for (let bit = 0; bit < filled.length; bit += 3) {
      const group = filled.readUIntBE(bit, 3)
      line += [18, 12, 6, 0].map(shift => character((group >> shift) & 0x3f)).join('')
    }
    lines.push(zero === ' ' ? line.trimEnd() : line)
  }
  return ['begin 644 prompt.txt', ...lines, zero, 'end', ''].join(end)
}

const found = async (text: string, piece?: number): Promise<[string[], readonly string[]]> => {
  const { hits, incomplete } = await scanInPieces(Buffer.from(text, 'latin1'), piece)
  return [hits.map(hit => [hit.canary, ...hit.via].join(' ')), incomplete]
}

test('uuencode: lines here are those of others', () => {
  expect(uuencoded(Buffer.from('Cat'), '`', '\n')).toBe('begin 644 prompt.txt\n#0V%T\n`\nend\n')
})

test('uuencode: text and containers, with either zero, any line end, in any pieces', async () => {
  for (const zero of [' ', '`'] as const) {
    for (const end of ['\n', '\r\n']) {
      const text = `Subject: x${end}${uuencoded(content, zero, end)}${end}Regards`
      expect(await found(text)).toEqual([[`${canary.id} uuencode`], []])
      expect(await found(text, 37)).toEqual([[`${canary.id} uuencode`], []])
      expect(await found(`x\n${uuencoded(gzipSync(content), zero, end)}`)).toEqual([[`${canary.id} uuencode gzip`], []])
    }
  }
})

test('uuencode: what is cut is read as far as it goes, and other text that begins so is nothing', async () => {
  const text = uuencoded(content, '`', '\n')
  expect(await found(text.slice(0, text.length - 500))).toEqual([[`${canary.id} uuencode`], []])
  for (const after of ['\nend', '\nlower case', '', `\n#0V%T\n${canary.text}`]) {
    const [hits, incomplete] = await found(`we begin 644 tests${after} ${canary.text}`)
    expect(hits.at(-1)).toBe(canary.id)
    expect(incomplete).toEqual([])
  }
})

test('a Uint8Array as JSON: plain, indented, within a string, and of a container', async () => {
  const json = JSON.stringify(new Uint8Array(content))
  for (const text of [
    `log ${json}`,
    JSON.stringify({ body: new Uint8Array(content) }, null, 2),
    JSON.stringify({ logged: json }),
    `${json}${json.slice(0, 50)}`,
  ]) {
    expect(await found(text)).toEqual([[`${canary.id} indexed-bytes`], []])
    expect(await found(text, 41)).toEqual([[`${canary.id} indexed-bytes`], []])
  }
  expect(await found(JSON.stringify(new Uint8Array(gzipSync(content))))).toEqual([
    [`${canary.id} indexed-bytes gzip`],
    [],
  ])
})

test('an object with numbers as keys is nothing, and hides nothing', async () => {
  for (const text of [
    `{"0":1,"1":2,"2":"${canary.text}"}`,
    `{"0":1,"1":300,"2":3,"x":"${canary.text}"}`,
    `{"0":12,"1":13} ${canary.text}`,
    `{"0":1,"2":2} ${canary.text}`,
  ]) {
    expect(await found(text)).toEqual([[canary.id], []])
  }
})

test('a container in a list of bytes, as JSON, Python and Go write it, and indented', async () => {
  for (const [pack, name] of [
    [gzipSync, 'gzip'],
    [zstdCompressSync, 'zstd'],
  ] as const) {
    const bytes = pack(content)
    for (const text of [
      JSON.stringify({ body: bytes }),
      JSON.stringify({ body: bytes }, null, 2),
      JSON.stringify({ logged: JSON.stringify(bytes) }),
      `[${[...bytes].join(', ')}]`,
      `[${[...bytes].join(' ')}]`,
    ]) {
      expect(await found(text)).toEqual([[`${canary.id} decimal ${name}`], []])
      expect(await found(`x\n${text}`, 37)).toEqual([[`${canary.id} decimal ${name}`], []])
    }
  }
})

test('a list of numbers that begins as a container does is nothing', async () => {
  const numbers = Array.from(prose('numbers', 4000), (_, index) => (index * 7919) % 256)
  for (const head of [
    [31, 139, 8, 255],
    [120, 156],
    [131, 139, 8, 0],
  ]) {
    const text = `[${[...head, ...numbers].join(',')}] ${canary.text}`
    expect(await found(text)).toEqual([[canary.id], []])
  }
})
