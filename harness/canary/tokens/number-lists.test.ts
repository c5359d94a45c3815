import { createHash } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { Unit } from '../form.ts'
import { decimalLists } from './decimal-lists.ts'
import { fixedWidthLists } from './fixed-width.ts'
import type { NumberList } from './number-list.ts'
import { taggedLists } from './tagged.ts'
import { varintLists } from './varint.ts'

const lists = [...decimalLists, ...fixedWidthLists, ...varintLists, ...taggedLists]
/** Around every bound of a size, and ids of the largest vocabularies. */
const numbers = [0, 1, 23, 24, 63, 64, 127, 128, 255, 256, 8191, 8192, 16_383, 16_384, 32_000, 65_535]
const large = [65_536, 100_255, 199_997]

function forward({ form }: NumberList, bytes: Uint8Array): number[] {
  const unit = new Unit()
  const read: number[] = []
  for (let has = form.first(bytes, 0, unit); has; has = form.next(bytes, unit.end, unit))
    read.push(unit.values[0] ?? -1)
  return read
}

function backward({ form }: NumberList, bytes: Uint8Array): number[] {
  const unit = new Unit()
  const read: number[] = []
  // What `first` reads of the last number does not go backward: from a separator on, as from a number that follows.
  for (let end = bytes.length; form.previous(bytes, end, unit); end = unit.start) read.unshift(unit.values[0] ?? -1)
  return read
}

test('what a list writes it reads back, forward and backward', () => {
  for (const list of lists) {
    const written = list.write(numbers)
    expect(written, list.name).not.toBeNull()
    if (written === null) continue
    expect(forward(list, written), list.name).toEqual(numbers)
    const more = list.kind === 'text' ? Buffer.concat([written, Buffer.from(',')]) : written
    expect(backward(list, more), list.name).toEqual(numbers)
  }
})

test('what is too large for two bytes is not written with two', () => {
  for (const list of lists) {
    const written = list.write(large)
    if (list.name.startsWith('u16')) expect(written).toBeNull()
    else expect(written && forward(list, written), list.name).toEqual(large)
  }
})

test('forms are those of their formats', () => {
  const hex = (name: string, ids: number[]): string => {
    const written = lists.find(list => list.name === name)?.write(ids)
    return Buffer.from(written ?? []).toString('hex')
  }
  // RFC 8949, appendix A: 23, 24, 1000, 1000000. protobuf.dev, "Encoding": 150, and sint32 2147483647 doubled.
  expect(hex('cbor', [23, 24, 1000, 1_000_000])).toBe('1718181903e81a000f4240')
  expect(hex('varint', [150])).toBe('9601')
  expect(hex('zigzag', [1, 0x7fffffff])).toBe('02feffffff0f')
  // msgpack's spec: positive fixint, uint 8, uint 16, uint 32. pickletools: BININT1, BININT2, BININT.
  expect(hex('msgpack', [127, 128, 256, 65_536])).toBe('7fcc80cd0100ce00010000')
  expect(hex('pickle', [255, 256, 65_536])).toBe('4bff4d00014a00000100')
})

/** Places at which a unit was read, and at which one did not lead on. */
function readEverywhere({ form }: NumberList, bytes: Uint8Array): { read: number; stuck: number } {
  const unit = new Unit()
  const tally = { read: 0, stuck: 0 }
  for (let at = 0; at < bytes.length; at++) {
    const next = form.next(bytes, at, unit)
    if (next && unit.end <= at) tally.stuck++
    const previous = form.previous(bytes, at, unit)
    if (previous && unit.start >= at) tally.stuck++
    tally.read += Number(next) + Number(previous)
  }
  return tally
}

test('any bytes are read without end or error, and every unit leads on', () => {
  const noise = createHash('shake256', { outputLength: 20_000 }).update('noise').digest()
  const text = Buffer.from(Array.from(noise, byte => ' ,0123456789\n\t'.charCodeAt(byte % 14)))
  for (const list of lists) {
    const tallies = [noise, text].map(bytes => readEverywhere(list, bytes))
    expect(
      tallies.map(({ stuck }) => stuck),
      list.name,
    ).toEqual([0, 0])
    expect(Math.max(...tallies.map(({ read }) => read)), list.name).toBeGreaterThan(0)
  }
})
