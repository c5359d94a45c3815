import { expect, test } from '@playwright/test'
import { Covers } from './covers.ts'
import type { Hit } from './scan.ts'

const hit = (canary: string, via: string[] = []): Hit => ({
  canary,
  role: 'payload',
  via,
  offset: 0,
  length: 52,
  sha256: '',
  confirmed: true,
})

function recorder(): { covers: Covers; seen: string[] } {
  const seen: string[] = []
  return { covers: new Covers(({ canary, via }) => seen.push([canary, ...via].join(' '))), seen }
}

test('outside of containers a hit is reported at once', () => {
  const { covers, seen } = recorder()
  covers.addHit(hit('x'), 5, null)
  expect(seen).toEqual(['x'])
})

test('a hit in a container waits, and is dropped when its canary came out of it', () => {
  const { covers, seen } = recorder()
  const cover = covers.open(10)
  covers.addHit(hit('stored'), 50, null)
  covers.addHit(hit('name'), 12, null)
  expect(seen).toEqual([])
  covers.addHit(hit('stored', ['gzip']), 10, cover)
  cover.end = 100
  covers.settle(20)
  expect(seen).toEqual(['stored gzip', 'name'])
  covers.addHit(hit('stored'), 99, null)
  covers.addHit(hit('stored'), 100, null)
  expect(seen).toEqual(['stored gzip', 'name', 'stored'])
})

test('what comes out of an inner container gives way to the outer one', () => {
  const { covers, seen } = recorder()
  const outer = covers.open(0)
  const inner = covers.open(15)
  covers.addHit(hit('x', ['inner']), 15, inner)
  expect(seen).toEqual([])
  inner.end = 40
  covers.addHit(hit('x', ['outer', 'inner']), 0, outer)
  outer.end = 60
  covers.settle(Number.POSITIVE_INFINITY)
  expect(seen).toEqual(['x outer inner'])
})

test('a container that gave nothing hides nothing', () => {
  const { covers, seen } = recorder()
  const cover = covers.open(0)
  covers.addHit(hit('x'), 3, null)
  covers.settle(3)
  expect(seen).toEqual([])
  cover.end = 10
  covers.settle(3)
  expect(seen).toEqual(['x'])
})

test('damage is told unless a container around turns out whole', () => {
  const { covers } = recorder()
  const told: string[] = []
  const outer = covers.open(0)
  const inner = covers.open(15)
  inner.end = 30
  covers.addDamage(inner, () => told.push('inner'))
  outer.end = 60
  outer.isCertain = true
  covers.settle(10)
  covers.addDamage(outer, () => told.push('outer'))
  expect(told).toEqual(['outer'])
})

test('damage inside what only looked like a container is told', () => {
  const { covers } = recorder()
  const told: string[] = []
  const outer = covers.open(0)
  const inner = covers.open(15)
  covers.addDamage(inner, () => told.push('inner'))
  expect(told).toEqual([])
  outer.end = 60
  covers.settle(10)
  expect(told).toEqual(['inner'])
})
