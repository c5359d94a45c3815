import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { canStandOver, closureOf } from '../canary/closure.ts'
import { encoders } from '../canary/encoders.ts'
import type { Encoder } from '../canary/form.ts'
import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import type { Role } from '../model/canary.ts'
import type { Hit, ScanCoverage, Scanner } from './scan.ts'
import { createScanner } from './scanner.ts'

export const key = RunKey.fromHex('5e'.repeat(32))

const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))
export const neighbour = fc.string({ unit: fc.constantFrom(...printable), maxLength: 80 })
/** Begins like a text: bytes at random may begin a stream that stores the canary as it is, and is a container then. */
export const surroundings = fc
  .uint8Array({ maxLength: 3000 })
  .map(bytes => Uint8Array.of(...Buffer.from('A text: '), ...bytes))
export const cuts = fc.array(fc.nat(100_000), { maxLength: 6 })

/** What stands over nothing else and under nothing else has tests of its own. */
const unstacked = ['hpack', 'base32hex', 'int64le']

/** Encoders that write whole texts: those of other alignments write the same text from another place on. */
const wholeEncoders = encoders.filter(({ name, form }) => form.skip === 0 && !unstacked.includes(name))

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

const base85 = ['ascii85', 'z85', 'base85']

/**
 * Base85 has characters that JSON and others escape. Where only one of the last group is, that may be read as what
 * stands beside the canary: the same canary, some bytes shorter.
 */
const isExact = ([outer, inner]: readonly Encoder[]): boolean =>
  outer === undefined || !base85.includes(inner?.name ?? '') || latin1(outer.encode(Buffer.from('a'))) !== 'a'

/** Every stack of so many encodings that makes sense, outermost first, and whose place can be told. */
function stacksOf(depth: number): (readonly Encoder[])[] {
  if (depth === 0) return [[]]
  return stacksOf(depth - 1)
    .flatMap(inner =>
      wholeEncoders.filter(encoder => canStandOver(encoder, inner, 'text')).map(encoder => [encoder, ...inner]),
    )
    .filter(isExact)
}

/** Any stack of at most `most` encodings: each depth as likely as the others, so that the 255 keys of xor are not all. */
export function stack(most: number): fc.Arbitrary<readonly Encoder[]> {
  return fc.oneof(...Array.from({ length: most + 1 }, (_, depth) => fc.constantFrom(...stacksOf(depth))))
}

/** Base64 in a URL has escapes for + and / only: that is read as base64, so the chain does not tell of them. */
const isTold = ([outer, inner]: readonly Encoder[]): boolean =>
  outer?.name !== 'percent' || !inner?.name.startsWith('base64') || outer.encode(Buffer.from('a')).length === 3

/** Stacks that carry containers. */
const carriers = wholeEncoders.filter(({ over, stack }) => over === 'bytes' && stack === 'any')
export const carried = fc.array(fc.constantFrom(...carriers), { maxLength: 2 }).filter(isTold)

/** Bytes with the place of the canary in them. */
export interface Placed {
  readonly bytes: Uint8Array
  readonly from: number
  readonly to: number
}

/** By encoding: bytes of a group, characters that it is written as, and characters between two groups. */
const groups: Readonly<Record<string, readonly [bytes: number, characters: number, between: number]>> = {
  base32: [5, 8, 0],
  ascii85: [4, 5, 0],
  z85: [4, 5, 0],
  base85: [4, 5, 0],
  xxd: [2, 4, 1],
}

/** Encodes with the canary's place. Where groups are fixed, spaces fill the last one. */
export function encodeWhole(encoder: Encoder, placed: Placed): Placed {
  const { bytes, from, to } = placed
  if (encoder.name === 'reversed') {
    return { bytes: encoder.encode(bytes), from: bytes.length - to, to: bytes.length - from }
  }
  if (encoder.name in groups || encoder.name === 'od') return encodeGroups(encoder, placed)
  if (encoder.name === 'base64' || encoder.name === 'base64url') {
    const encoded = Buffer.from(Buffer.from(bytes).toString(encoder.name))
    return { bytes: encoded, from: Math.floor((from * 8) / 6), to: Math.ceil((to * 8) / 6) }
  }
  const last = encoder.encode(bytes.subarray(0, from + 1)).length
  return {
    bytes: encoder.encode(bytes),
    from: last - encoder.encode(bytes.subarray(from, from + 1)).length,
    to: encoder.encode(bytes.subarray(0, to)).length,
  }
}

function encodeGroups(encoder: Encoder, { bytes, from, to }: Placed): Placed {
  const octalWord: readonly [number, number, number] = [2, encoder.encode(Uint8Array.of(1, 1)).length, 1]
  const [size, characters, between] = groups[encoder.name] ?? octalWord
  const filled = Buffer.concat([bytes, Buffer.alloc((size - (bytes.length % size)) % size, ' ')])
  if (encoder.name === 'base32') {
    return { bytes: encoder.encode(filled), from: Math.floor((from * 8) / 5), to: Math.ceil((to * 8) / 5) }
  }
  const whole = characters + between
  return {
    bytes: encoder.encode(filled),
    from: Math.floor(from / size) * whole,
    to: Math.ceil(to / size) * whole - between,
  }
}

export const encodeAll = (chain: readonly Encoder[], placed: Placed): Placed =>
  chain.reduceRight((layer, encoder) => encodeWhole(encoder, layer), placed)

/** Both alphabets of base64 write most texts alike. */
export const alike = (via: readonly string[]): string[] => via.map(name => name.replace('base64url', 'base64'))

const names = (chain: readonly Encoder[]): string => alike(chain.map(({ name }) => name)).join(' › ')

/** By its bytes, what each encoded magic is called. */
const canonical = new Map<string, string>()
for (const magic of Object.values({ ...key.payload, c: key.decoy.a, d: key.decoy.b })) {
  for (const needle of closureOf(Buffer.from(magic), 'text', 3))
    canonical.set(latin1(needle.bytes), names(needle.chain))
}

/**
 * What the chain may be called: an encoding that leaves all of the canary as it is cannot be told, and of chains that
 * give the same bytes the shortest is named.
 */
export function namesOf(chain: readonly Encoder[], text: string): string[] {
  const halves = [text.slice(0, 20), text.slice(-20)].map(half => Buffer.from(half) as Uint8Array)
  const named = halves.map(half => chain.reduceRight((layer, encoder) => encoder.encode(layer), half))
  return [...named.map(half => canonical.get(latin1(half)) ?? 'unknown'), visible(chain, Buffer.from(text)).join(' › ')]
}

/** Names of the encodings that change what they are over. */
export function visible(chain: readonly Encoder[], text: Uint8Array): string[] {
  const seen: string[] = []
  let layer = text
  for (const encoder of chain.toReversed()) {
    const encoded = encodeWhole(encoder, { bytes: layer, from: 0, to: layer.length }).bytes
    if (latin1(encoded) !== latin1(layer)) seen.unshift(...alike([encoder.name]))
    layer = encoded
  }
  return seen
}

/** Puts bytes between others, after what ends any encoding, where text of two or four bytes a character may begin. */
export function surround(before: Uint8Array, { bytes, from, to }: Placed, after: Uint8Array): Placed {
  const opening = Buffer.from(`[${'\n'.repeat(8 - ((before.length + 1) % 4))}`)
  const start = before.length + opening.length
  const whole = Buffer.concat([before, opening, bytes, Buffer.from('"'), after])
  return { bytes: whole, from: start + from, to: start + to }
}

export function pieces(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map(place => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  return ends.map((end, index) => bytes.slice(ends[index - 1] ?? 0, end))
}

export async function scan(
  scanner: Scanner,
  chunks: readonly Uint8Array[],
): Promise<{ hits: Hit[]; coverage: ScanCoverage }> {
  const hits: Hit[] = []
  const stream = scanner.open(hit => hits.push(hit))
  for (const chunk of chunks) {
    const reused = Buffer.from(chunk)
    await stream.push(reused)
    reused.fill('.')
  }
  return { hits, coverage: await stream.end() }
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const role = fc.constantFrom<Role>('payload', 'control', 'decoy', 'upstream')

/** Not by `expect`: Playwright keeps a step of each, which for 10^5 cases costs more than they do. */
export function assertIncludes(names: readonly string[], name: string): void {
  assert.ok(names.includes(name), `${name} is none of ${names.join(', ')}`)
}

/** A canary under any stack, between any neighbours, anywhere in other bytes, split anyhow, is found exactly once. */
export async function assertEachStackIsFound(about: { depth: number; cases: number; seed: number }): Promise<void> {
  const scanner = createScanner(key, { encodings: about.depth })
  const mint = new Mint(key)
  const property = fc.asyncProperty(
    stack(about.depth),
    role,
    fc.tuple(neighbour, neighbour),
    fc.tuple(surroundings, surroundings),
    cuts,
    async (chain, kind, [left, right], [before, after], places) => {
      const canary = mint.mint({ role: kind, data: 'input', exchange: null, field: null, position: 'whole' })
      const text = { bytes: Buffer.from(left + canary.text + right), from: left.length, to: left.length + 52 }
      const { bytes, from, to } = surround(before, encodeAll(chain, text), after)
      const { hits, coverage } = await scan(scanner, pieces(bytes, places))
      assert.deepEqual(
        hits.map(({ via, ...hit }) => hit),
        [
          {
            canary: canary.id,
            role: kind,
            offset: from,
            length: to - from,
            sha256: sha256(bytes.subarray(from, to)),
            confirmed: true,
          },
        ],
      )
      assertIncludes(namesOf(chain, canary.text), alike(hits[0]?.via ?? []).join(' › '))
      assert.deepEqual([coverage.bytes, coverage.incomplete], [bytes.length, []])
    },
  )
  await fc.assert(property, { numRuns: about.cases, seed: about.seed })
}
