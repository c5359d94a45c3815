import { expect, test } from '@playwright/test'
import { History } from '../history.ts'
import { scanInPieces } from '../planted.suite.ts'
import { CHUNK_SIZE } from './chunk.ts'
import { unpackPglz } from './pglz.ts'
import { ToastValues } from './toast.ts'

const chunk = (value: number, sequence: number, data: Buffer) => ({ value, sequence, data, end: 0 })

/** A page without rows whose bytes after the header are these. */
function pageOf(content: Buffer): Buffer {
  const page = Buffer.alloc(8192)
  page.writeUInt16LE(24, 12)
  page.writeUInt16LE(8192, 14)
  page.writeUInt16LE(8192, 16)
  page.writeUInt16LE(8196, 18)
  content.copy(page, 24)
  return page
}

/** Looks packed by lz4 to 4 MB, and unpacks to half of that before it is cut. */
function pretence(): Buffer {
  const content = Buffer.alloc(8000, 0xff)
  content.writeUInt32LE((content.length << 2) | 2, 0)
  content.writeUInt32LE(2 ** 30 + 2_030_000, 4)
  content.write('1f610100', 8, 'hex')
  return content
}

test('pglz: literals, matches that overlap, and lengths over 18; what is damaged says so', () => {
  const unpack = (hex: string, room: number): [boolean, string] => {
    const history = new History(room)
    return [unpackPglz(Buffer.from(hex, 'hex'), history), history.from(0).toString()]
  }
  expect(unpack('02610001', 4)).toEqual([true, 'aaaa'])
  expect(unpack('04616205020063', 12)).toEqual([true, 'ababababab\0c'])
  expect(unpack('02610f0102', 21)).toEqual([true, 'a'.repeat(21)])
  expect(unpack('02610000', 9)).toEqual([false, 'a'])
  expect(unpack('02610002', 9)).toEqual([false, 'a'])
  expect(unpack('026100', 9)).toEqual([false, 'a'])
  expect(unpack('02610f01', 99)).toEqual([false, 'a'])
  expect(unpack('00616263', 2)).toEqual([false, 'ab'])
})

test('pieces are joined in their order, however they come, and what lacks some is taken as far as it goes', () => {
  const runs: [string, boolean][] = []
  const values = new ToastValues((run, isHead) => runs.push([run.toString('latin1').replace(/(.)\1+/g, '$1'), isHead]))
  const piece = (letter: string): Buffer => Buffer.alloc(CHUNK_SIZE, letter)
  for (const [sequence, letter] of ['d', 'c', 'b', 'a'].entries())
    values.add('', chunk(7, 3 - sequence, sequence === 0 ? Buffer.from(letter) : piece(letter)))
  expect(runs).toEqual([['abcd', true]])
  for (const [value, sequence, letter] of [
    [8, 0, 'e'],
    [8, 1, 'f'],
    [8, 3, 'h'],
    [9, 1, 'i'],
  ] as const)
    values.add('', chunk(value, sequence, piece(letter)))
  // The same piece again, as the log has it, changes nothing.
  values.add('', chunk(8, 0, piece('x')))
  values.end()
  expect(runs.slice(1)).toEqual([
    ['ef', true],
    ['h', false],
    ['i', false],
  ])
  expect(values.damage).toBeNull()
})

test('values that take too much memory are passed on in parts, and that is said', () => {
  let taken = 0
  const values = new ToastValues(run => {
    taken += run.length
  })
  const data = Buffer.alloc(CHUNK_SIZE, 'x')
  for (let sequence = 0; sequence < 29_000; sequence++) values.add('', chunk(1, sequence, data))
  expect(values.damage).toBeNull()
  expect(taken).toBe(0)
  for (let sequence = 29_000; sequence < 40_000; sequence++) values.add('', chunk(1, sequence, data))
  expect(values.damage).toMatch(/were not put together/)
  expect(taken).toBeGreaterThan(50 * 2 ** 20)
})

test('pages that only pretend to hold packed values cost little, and that is said', async () => {
  const { incomplete } = await scanInPieces(Buffer.concat([pageOf(pretence()), pageOf(pretence())]))
  expect(incomplete).toEqual(['postgres at offset 0: too many bytes only look like packed values'])
  expect((await scanInPieces(pageOf(pretence()))).incomplete).toEqual([])
})
