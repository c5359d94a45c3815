import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import { encoders } from '../canary/encoders.ts'
import type { Encoder } from '../canary/form.ts'
import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import type { Role } from '../model/canary.ts'
import type { Hit, ScanCoverage } from './scan.ts'
import { createScanner } from './scanner.ts'

const key = RunKey.fromHex('5e'.repeat(32))
const scanner = createScanner(key)
const mint = new Mint(key)
const about = { data: 'input', exchange: null, field: null, position: 'whole' } as const

const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))
const neighbour = fc.string({ unit: fc.constantFrom(...printable), maxLength: 80 })
const surroundings = fc.uint8Array({ maxLength: 3000 })
const cuts = fc.array(fc.nat(100_000), { maxLength: 6 })
const role = fc.constantFrom<Role>('payload', 'control', 'decoy', 'upstream')
const wholeEncoders = encoders.filter(encoder => encoder.form.skip === 0)
const isReadable = ([outer, inner]: readonly Encoder[]): boolean => !(outer?.over === 'text' && inner?.over === 'text')
const stack = fc.array(fc.constantFrom(...wholeEncoders), { maxLength: 2 }).filter(isReadable)

/** Base64 in a URL has escapes for + and / only: that is read as base64, so the chain does not tell of them. */
const isTold = ([outer, inner]: readonly Encoder[]): boolean =>
  outer?.name !== 'percent' || !inner?.name.startsWith('base64') || outer.encode(Buffer.from('a')).length === 3

/** Bytes with the place of the canary in them. */
interface Placed {
  readonly bytes: Uint8Array
  readonly from: number
  readonly to: number
}

function encodeWhole(encoder: Encoder, { bytes, from, to }: Placed): Placed {
  if (encoder.name === 'base64' || encoder.name === 'base64url') {
    const encoded = Buffer.from(Buffer.from(bytes).toString(encoder.name))
    return { bytes: encoded, from: Math.floor((from * 8) / 6), to: Math.ceil((to * 8) / 6) }
  }
  const lengthTo = (end: number): number => encoder.encode(bytes.subarray(0, end)).length
  return { bytes: encoder.encode(bytes), from: lengthTo(from), to: lengthTo(to) }
}

const encodeAll = (chain: readonly Encoder[], placed: Placed): Placed =>
  chain.reduceRight((layer, encoder) => encodeWhole(encoder, layer), placed)

/** What of a chain can be seen: an encoding that leaves the text as it is cannot, nor can base64url over ASCII. */
function visible(chain: readonly Encoder[], text: Uint8Array): string[] {
  const names: string[] = []
  chain.reduceRight((layer, encoder) => {
    const encoded = encoder.encode(layer)
    if (Buffer.compare(encoded, layer) !== 0) names.unshift(encoder.name.replace('base64url', 'base64'))
    return encoded
  }, text)
  return names
}

/** Puts bytes between others, in quotes, at an even place as UTF-16 has it. */
function surround(before: Uint8Array, { bytes, from, to }: Placed, after: Uint8Array): Placed {
  const filler = Buffer.from(before.length % 2 === 0 ? '\n"' : ' \n"')
  const start = before.length + filler.length
  const whole = Buffer.concat([before, filler, bytes, Buffer.from('"'), after])
  return { bytes: whole, from: start + from, to: start + to }
}

function pieces(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map(place => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  return ends.map((end, index) => bytes.slice(ends[index - 1] ?? 0, end))
}

async function scan(chunks: readonly Uint8Array[]): Promise<{ hits: Hit[]; coverage: ScanCoverage }> {
  const hits: Hit[] = []
  const stream = scanner.open(hit => hits.push(hit))
  for (const chunk of chunks) await stream.push(chunk)
  return { hits, coverage: await stream.end() }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

test('a canary under any stack of two text encodings, anywhere, split anyhow, is found once', async () => {
  const property = fc.asyncProperty(
    stack,
    role,
    fc.tuple(neighbour, neighbour),
    fc.tuple(surroundings, surroundings),
    cuts,
    async (chain, kind, [left, right], [before, after], places) => {
      const canary = mint.mint({ ...about, role: kind })
      const text = { bytes: Buffer.from(left + canary.text + right), from: left.length, to: left.length + 52 }
      const { bytes, from, to } = surround(before, encodeAll(chain, text), after)
      const { hits, coverage } = await scan(pieces(bytes, places))
      expect(hits).toEqual([
        {
          canary: canary.id,
          role: kind,
          via: visible(chain, Buffer.from(canary.text)),
          offset: from,
          length: to - from,
          sha256: sha256(bytes.subarray(from, to)),
          confirmed: true,
        },
      ])
      expect(coverage).toEqual({ bytes: bytes.length, incomplete: [] })
    },
  )
  await fc.assert(property, { numRuns: 500, seed: 11 })
})

test('a canary in gzip under and over any text encodings, anywhere, split anyhow, is found once', async () => {
  const overBytes = wholeEncoders.filter(encoder => encoder.over === 'bytes')
  const gzipOver = fc.array(fc.constantFrom(...overBytes), { maxLength: 2 }).filter(isTold)
  const property = fc.asyncProperty(
    gzipOver,
    stack,
    fc.tuple(fc.constantFrom(0, 1, 6, 9), fc.constantFrom(1, 2)),
    fc.tuple(neighbour, neighbour),
    fc.tuple(surroundings, surroundings),
    cuts,
    async (outer, inner, [level, layers], [left, right], [before, after], places) => {
      const canary = mint.mint({ ...about, role: 'payload' })
      const text = { bytes: Buffer.from(left + canary.text + right), from: left.length, to: left.length + 52 }
      const encoded = encodeAll(inner, text)
      let packed: Uint8Array = gzipSync(encoded.bytes, { level })
      if (layers === 2) packed = gzipSync(packed, { level })
      const container = encodeAll(outer, { bytes: packed, from: 0, to: packed.length })
      const { bytes, from } = surround(before, container, after)
      const { hits, coverage } = await scan(pieces(bytes, places))
      expect(hits).toEqual([
        {
          canary: canary.id,
          role: 'payload',
          via: [
            ...visible(outer, packed),
            ...Array.from({ length: layers }, () => 'gzip'),
            ...visible(inner, Buffer.from(canary.text)),
          ],
          offset: from,
          length: encoded.to - encoded.from,
          sha256: sha256(encoded.bytes.subarray(encoded.from, encoded.to)),
          confirmed: true,
        },
      ])
      expect(coverage).toEqual({ bytes: bytes.length, incomplete: [] })
    },
  )
  await fc.assert(property, { numRuns: 500, seed: 12 })
})
