import { Buffer } from 'node:buffer'
import { expect, test } from '@playwright/test'
import { Snapshots } from './snapshots.ts'

const KIB = 1024
const filled = (length: number, what = 'a') => Buffer.alloc(length, what)

test('the first time all is new, then what changed with 64 KiB around it, then nothing', () => {
  const snapshots = new Snapshots()
  const before = filled(250 * KIB)
  expect(snapshots.change('inode', before)).toEqual({ base: 0, bytes: before, whole: true })
  const longer = Buffer.concat([before, Buffer.from('one more line')])
  const grown = snapshots.change('inode', longer)
  expect(grown?.whole).toBe(false)
  expect(grown?.base).toBeGreaterThanOrEqual((250 - 64 - 4) * KIB)
  expect(grown?.base).toBeLessThanOrEqual((250 - 64) * KIB)
  expect((grown?.base ?? 0) + (grown?.bytes.length ?? 0)).toBe(longer.length)
  expect(snapshots.change('inode', Buffer.from(longer))).toBeNull()
})

test('a change in the middle, at both ends, by one byte less: nothing of it is left out', () => {
  const before = filled(256 * KIB)
  for (const changes of [[0], [128 * KIB], [256 * KIB - 1], [0, 256 * KIB - 1], [70_000, 140_000]]) {
    const snapshots = new Snapshots()
    snapshots.change('inode', before)
    const after = Buffer.from(before)
    for (const at of changes) after[at] = 0x62
    const { base = 0, bytes = Buffer.alloc(0) } = snapshots.change('inode', after) ?? {}
    for (const at of changes) {
      expect(base).toBeLessThanOrEqual(Math.max(0, at - 64 * KIB))
      expect(base + bytes.length).toBeGreaterThanOrEqual(Math.min(after.length, at + 64 * KIB))
    }
    expect(bytes.equals(after.subarray(base, base + bytes.length))).toBe(true)
  }
  const snapshots = new Snapshots()
  snapshots.change('inode', before)
  expect(snapshots.change('inode', before.subarray(0, -1))).not.toBeNull()
})

test('what was read longest ago is forgotten first, and is new again', () => {
  const snapshots = new Snapshots()
  for (let file = 0; file < 257; file += 1) snapshots.change(String(file), filled(256 * KIB))
  expect(snapshots.has('0')).toBe(false)
  expect(snapshots.has('1')).toBe(true)
  expect(snapshots.change('0', filled(256 * KIB))?.whole).toBe(true)
  const many = new Snapshots()
  for (let file = 0; file <= 20_000; file += 1) many.change(String(file), filled(1))
  expect([many.has('0'), many.has('1')]).toEqual([false, true])
})
