import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { test } from '@playwright/test'
import fc from 'fast-check'
import { Mint } from '../canary/mint.ts'
import { createScanner } from './scanner.ts'
import {
  alike,
  assertEachStackIsFound,
  assertIncludes,
  carried,
  cuts,
  encodeAll,
  key,
  namesOf,
  neighbour,
  pieces,
  scan,
  sha256,
  stack,
  surround,
  surroundings,
  visible,
} from './stacks.suite.ts'

/** 10^5 cases in all; in parts, so that they run side by side. */
test.describe.configure({ mode: 'parallel', timeout: 120_000 })

for (const seed of [11, 21, 31, 41]) {
  test(`a canary under any stack of two text encodings, anywhere, split anyhow, is found once (seed ${seed})`, async () => {
    await assertEachStackIsFound({ depth: 2, cases: 22_500, seed })
  })
}

test('a canary under any stack of three, anywhere, split anyhow, is found once by a deep scan', async () => {
  await assertEachStackIsFound({ depth: 3, cases: 5000, seed: 13 })
})

test('a canary in gzip under and over any text encodings, anywhere, split anyhow, is found once', async () => {
  const scanner = createScanner(key)
  const mint = new Mint(key)
  const property = fc.asyncProperty(
    carried,
    stack(2),
    fc.tuple(fc.constantFrom(0, 1, 6, 9), fc.constantFrom(1, 2)),
    fc.tuple(neighbour, neighbour),
    fc.tuple(surroundings, surroundings),
    cuts,
    async (outer, inner, [level, layers], [left, right], [before, after], places) => {
      const canary = mint.mint({ role: 'payload', data: 'input', exchange: null, field: null, position: 'whole' })
      const text = { bytes: Buffer.from(left + canary.text + right), from: left.length, to: left.length + 52 }
      const encoded = encodeAll(inner, text)
      let packed: Uint8Array = gzipSync(encoded.bytes, { level })
      if (layers === 2) packed = gzipSync(packed, { level })
      const container = encodeAll(outer, { bytes: packed, from: 0, to: packed.length })
      const { bytes, from } = surround(before, container, after)
      const { hits, coverage } = await scan(scanner, pieces(bytes, places))
      const packedAs = [...visible(outer, packed), ...Array.from({ length: layers }, () => 'gzip')]
      assert.deepEqual(
        hits.map(hit => ({ ...hit, via: hit.via.slice(0, packedAs.length) })),
        [
          {
            canary: canary.id,
            role: 'payload',
            via: packedAs,
            offset: from,
            length: encoded.to - encoded.from,
            sha256: sha256(encoded.bytes.subarray(encoded.from, encoded.to)),
            confirmed: true,
          },
        ],
      )
      assertIncludes(namesOf(inner, canary.text), alike(hits[0]?.via.slice(packedAs.length) ?? []).join(' › '))
      assert.deepEqual([coverage.bytes, coverage.incomplete], [bytes.length, []])
    },
  )
  await fc.assert(property, { numRuns: 5000, seed: 12 })
})
