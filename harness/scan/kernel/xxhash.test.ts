import { constants, zstdCompressSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { XxHash } from './xxhash.ts'

function sum(bits: 32 | 64, ...parts: readonly Uint8Array[]): number {
  const hash = new XxHash(bits)
  for (const part of parts) hash.update(part)
  return hash.digest()
}

test('texts whose sums are known have them', () => {
  expect([sum(32), sum(64)]).toEqual([0x02cc5d05, 0x51d8e999])
  const abc = Buffer.from('abc')
  expect([sum(32, abc), sum(64, abc)]).toEqual([0x32d153ff, 0xad770999])
})

test('of any size, in any pieces, the sum is that which zstd stores', () => {
  const noise = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * index * 31 + (index >> 3)) % 251))
  for (const size of [1, 3, 4, 8, 31, 32, 33, 63, 64, 65, 1000, 65_535, 65_536, 65_537, 200_000]) {
    const bytes = noise.subarray(0, size)
    const packed = zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })
    const expected = packed.readUInt32LE(packed.length - 4)
    expect(sum(64, bytes)).toBe(expected)
    for (const cut of [1, 7, 32, 100]) {
      const at = Math.min(cut, size)
      expect(sum(64, bytes.subarray(0, at), bytes.subarray(at))).toBe(expected)
      expect(sum(32, bytes.subarray(0, at), bytes.subarray(at))).toBe(sum(32, bytes))
    }
  }
})

test('sums that are taken by turns do not mix, and more may come after a digest', () => {
  const [one, other] = [new XxHash(64), new XxHash(64)]
  const bytes = Buffer.alloc(100, 'x')
  for (let at = 0; at < 100; at += 10) {
    one.update(bytes.subarray(at, at + 10))
    other.update(Buffer.alloc(9, 'y'))
    one.digest()
  }
  expect(one.digest()).toBe(sum(64, bytes))
  expect(other.digest()).toBe(sum(64, Buffer.alloc(90, 'y')))
})
