import { createHash } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { RunKey } from '../../canary/key.ts'
import { needlesOf } from '../needles.ts'
import { NeedleParts } from './needle-parts.ts'

const key = RunKey.create(size => new Uint8Array(size).fill(11))
const needles = needlesOf(key, 2).map(({ bytes }) => bytes)
const parts = new NeedleParts(needles)

test('every needle of a run is known at every cut, whatever stands around it', () => {
  const missed: string[] = []
  for (const needle of needles) {
    for (let cut = 1; cut < needle.length; cut++) {
      const before = Buffer.concat([Buffer.from('x"'), needle.subarray(0, cut)])
      const after = Buffer.concat([needle.subarray(cut), Buffer.from('",')])
      if (!parts.mayLieOver(before, 0, before.length, after, 0, after.length)) missed.push(`${needle} at ${cut}`)
    }
  }
  expect(missed).toEqual([])
})

test('of two words at random, few may hold one', () => {
  const all = 2000
  let count = 0
  const bytes = Buffer.concat(
    Array.from({ length: all }, (_, index) => createHash('sha256').update(`${index}`).digest().subarray(0, 24)),
  )
  for (let at = 0; at < bytes.length; at += 24) {
    if (parts.mayLieOver(bytes, at, at + 12, bytes, at + 12, at + 24)) count++
  }
  expect(count / all).toBeLessThan(0.1)
})

test('needles that are too short to be known by a part may lie over any cut', () => {
  const short = new NeedleParts([Buffer.from('0123456789')])
  const word = Buffer.from('another')
  expect(short.mayLieOver(word, 0, word.length, word, 0, word.length)).toBe(true)
})
