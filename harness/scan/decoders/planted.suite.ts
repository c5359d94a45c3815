import { createHash } from 'node:crypto'
import { RunKey } from '../../canary/key.ts'
import { Mint } from '../../canary/mint.ts'
import type { Canary } from '../../model/canary.ts'
import type { Hit } from '../scan.ts'
import { createScanner } from '../scanner.ts'

/** Bytes without any order: the same for the same seed. */
export function noise(seed: string, bytes: number): Buffer {
  return createHash('shake256', { outputLength: bytes }).update(seed).digest()
}

const key = RunKey.fromHex('7b'.repeat(32))
const mint = new Mint(key)
const scanner = createScanner(key)

export function freshCanary(): Canary {
  return mint.mint({ role: 'payload', data: null, exchange: null, field: null, position: 'whole' })
}

/** What a scan of some bytes came to. */
export interface Sight {
  readonly hits: readonly Hit[]
  /** ids of the canaries that were found and read whole */
  readonly ids: ReadonlySet<string>
  readonly incomplete: readonly string[]
}

/** Scans bytes in pieces of so many. */
export async function scanInPieces(bytes: Uint8Array, piece = 100_000): Promise<Sight> {
  const hits: Hit[] = []
  const stream = scanner.open(hit => hits.push(hit))
  for (let at = 0; at < bytes.length; at += piece) await stream.push(bytes.subarray(at, at + piece))
  const { incomplete } = await stream.end()
  return { hits, ids: new Set(hits.map(hit => hit.canary).filter(id => !id.includes('?'))), incomplete }
}

/** Scans each file as a stream of its own. */
export async function scanFiles(files: Iterable<Uint8Array>): Promise<Sight> {
  const sights: Sight[] = []
  for (const file of files) sights.push(await scanInPieces(file))
  return {
    hits: sights.flatMap(sight => sight.hits),
    ids: new Set(sights.flatMap(sight => [...sight.ids])),
    incomplete: sights.flatMap(sight => sight.incomplete),
  }
}

/** Sentences of few words, which every method packs by references: the same for the same seed. */
export function prose(seed: string, bytes: number): string {
  const word = (byte: number): string => `${(byte * 2_654_435).toString(36).slice(0, 2 + (byte % 5))} `
  return Array.from(noise(seed, Math.ceil(bytes / 4)), word)
    .join('')
    .slice(0, bytes)
}

/** Real bytes with some overwritten, and perhaps the end cut: the same for the same seed. */
export function mutated(bytes: Buffer, seed: string): Buffer {
  const random = noise(seed, 256)
  const copy = Buffer.from(bytes)
  for (let at = 0; at + 5 <= random.length; at += 5) copy[random.readUInt32LE(at) % copy.length] = random[at + 4] ?? 0
  return copy.subarray(0, (random[0] ?? 0) % 4 === 0 ? random.readUInt32LE(1) % copy.length : copy.length)
}

/** Text of about so many bytes that packs well, with a canary at its beginning, in its middle and at its end. */
export function planted(seed: string, bytes: number): { text: string; canaries: readonly Canary[] } {
  const canaries = [freshCanary(), freshCanary(), freshCanary()]
  const [head, middle, tail] = canaries.map(canary => canary.text)
  const half = Math.floor(bytes / 2)
  return { text: `${head} ${prose(seed, half)} ${middle} ${prose(`${seed} on`, half)} ${tail}`, canaries }
}
