import { createHash } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { RunKey } from '../../canary/key.ts'
import { needlesOf } from '../needles.ts'
import { GAP } from './pieces-flags.ts'
import type { PiecesHost, Size } from './pieces-kernel.ts'
import { BLOCK, PiecesKernel } from './pieces-kernel.ts'
import { PiecesReader } from './pieces-reader.ts'

const key = RunKey.create(size => new Uint8Array(size).fill(11))
const needles = needlesOf(key, 2).map(({ bytes }) => bytes)
const kernel = new PiecesKernel(needles)
const SMALL: Size = { sets: 4, arena: 16, idFields: 8 }

interface Given {
  /** by the stream: what was given, with `|` before a part that does not go on what was given last */
  readonly texts: Map<number, string>
  readonly lost: string[]
}

/** What a kernel gives of a text that it reads in blocks. */
function given(text: Uint8Array, of: PiecesKernel = kernel, size = SMALL, events: readonly number[] = []): Given {
  const { texts, lost }: Given = { texts: new Map(), lost: [] }
  const host: PiecesHost = {
    take: (stream, _record, _offset, address, length, flags) => {
      const part = Buffer.from(of.bytes.subarray(address, address + length)).toString('latin1')
      texts.set(stream, `${texts.get(stream) ?? ''}${(flags & GAP) === 0 ? '' : '|'}${part}`)
    },
    dump: () => {},
    loseField: () => lost.push('field'),
    losePieces: () => lost.push('pieces'),
  }
  const reader = PiecesReader.open(of, size, host, false, false)
  for (let at = 0; at < text.length; at += BLOCK) {
    const block = text.subarray(at, at + BLOCK)
    reader?.read(of.load(block), 0, block.length, at, events)
  }
  reader?.cut()
  reader?.close()
  return { texts, lost }
}

/** No quote, backslash or line end: it stands in a record as it is. Behind a brace a text has a line end. */
const isPlain = (bytes: Uint8Array): boolean => bytes.every(code => code > 0x1f && !odd.has(code))
const odd = new Set(Buffer.from('"\\}'))

const record = (...pieces: readonly Uint8Array[]): Buffer =>
  Buffer.concat(pieces.flatMap(piece => [Buffer.from('{"level":"info","text":"'), piece, Buffer.from('"}\n')]))

const words = (count: number, seed: string): string =>
  Array.from({ length: count }, (_, index) => createHash('sha256').update(`${seed}${index}`).digest('base64url')).join(
    ' ',
  )

test('every needle is given whole, wherever it is cut into two records', () => {
  const missed: string[] = []
  for (const needle of needles.filter(isPlain).filter((_, index) => index % 29 === 0)) {
    const cuts = needle.length < 60 ? needle.length - 1 : 20
    for (let cut = 1; cut <= cuts; cut++) {
      const { texts } = given(
        record(Buffer.from('before '), needle.subarray(0, cut), needle.subarray(cut), Buffer.from(' and')),
      )
      const whole = Buffer.from(needle).toString('latin1')
      if (![...texts.values()].some(text => text.includes(whole))) missed.push(`${whole} at ${cut}`)
    }
  }
  expect(missed).toEqual([])
})

test('every needle is given whole, in pieces of one to five bytes', () => {
  const missed: string[] = []
  for (const needle of needles.filter(isPlain).filter((_, index) => index % 61 === 0)) {
    for (let size = 1; size <= 5; size++) {
      const pieces = Array.from({ length: Math.ceil(needle.length / size) }, (_, index) =>
        needle.subarray(index * size, (index + 1) * size),
      )
      const whole = Buffer.from(needle).toString('latin1')
      const { texts } = given(record(...pieces))
      if (![...texts.values()].some(text => text.includes(whole))) missed.push(`${whole} by ${size}`)
    }
  }
  expect(missed).toEqual([])
})

test('of texts that hold none, nothing is given', () => {
  const pieces = Array.from({ length: 2000 }, (_, index) => Buffer.from(words(1 + (index % 3), `${index}`)))
  expect(given(record(...pieces)).texts.size).toBe(0)
})

test('around a needle that stands in one piece, the pieces beside it are given', () => {
  const text = record(Buffer.from('far'), Buffer.from('one '), Buffer.from('needle'), Buffer.from(' two'))
  const { texts } = given(text, kernel, SMALL, [text.indexOf('needle')])
  expect([...texts.values()]).toContain('|farone needle two')
})

test('where needles are too short to be known by their parts, everything is given', () => {
  const blind = new PiecesKernel([Buffer.from('0123456789')])
  expect([...given(record(Buffer.from('one '), Buffer.from('two')), blind).texts.values()]).toContain('one two')
})

test('more needles in a block than there is room to name are no trouble', () => {
  const text = record(Buffer.from('a'), Buffer.from('b'))
  const events = Array.from({ length: 5000 }, (_, index) => index)
  expect([...given(text, kernel, SMALL, events).texts.values()]).toContain('|ab')
})

test('a field that comes back after too many others is told, and none is among few', () => {
  const fields = (count: number): string =>
    `{${Array.from({ length: count }, (_, index) => `"f${index}":"x"`).join(',')}}\n`
  expect(given(Buffer.from(fields(40).repeat(3))).lost).toEqual([])
  expect(given(Buffer.from(fields(400).repeat(2))).lost).toContain('field')
})

test('pieces that lie too far apart are told where a needle lies over them, and nowhere else', () => {
  const [needle = new Uint8Array(0)] = needles.filter(isPlain)
  const between = Buffer.from(`{"other":"${words(12, 'far')}"}\n`.repeat(300))
  const apart = (before: Uint8Array, after: Uint8Array): string[] =>
    given(Buffer.concat([record(before), between, record(after)])).lost
  const cut = needle.length - 4
  expect(apart(needle.subarray(0, cut), needle.subarray(cut))).toContain('pieces')
  const others = Array.from({ length: 40 }, (_, index) => Buffer.from(words(1, `piece ${index}`)))
  expect(others.flatMap(other => apart(other, Buffer.from('0'.repeat(11))))).toEqual([])
  expect(apart(Buffer.from('0'.repeat(20)), Buffer.from('0'.repeat(20)))).toEqual([])
})

test('rooms are used again, and what was in them is forgotten', () => {
  const [needle = new Uint8Array(0)] = needles.filter(isPlain)
  const before = kernel.bytes.length
  for (let turn = 0; turn < 20; turn++) {
    const half = needle.length >> 1
    expect(given(record(needle.subarray(0, half))).texts.size).toBe(0)
    expect(given(record(needle.subarray(half))).texts.size).toBe(0)
  }
  expect(kernel.bytes.length).toBe(before)
})
