import { createHash } from 'node:crypto'
import { RunKey } from '../../canary/key.ts'
import type { Hit, Scanner } from '../scan.ts'
import { createScanner } from '../scanner.ts'
import { Fingerprints, type KnownOutput, type Learned } from './fingerprints.ts'

/** For tests: a run's scanner that learns outputs. */
export class Lesson {
  readonly fingerprints: Fingerprints
  readonly scanner: Scanner
  #count = 0

  constructor() {
    const key = RunKey.fromHex('5a'.repeat(32))
    this.fingerprints = new Fingerprints(key)
    this.scanner = createScanner(key, { encodings: 1 }, { fingerprints: this.fingerprints })
  }

  /** Keeps an output of an exchange of its own. Returns its id. */
  keep(bytes: string | Uint8Array, more: Partial<KnownOutput> = {}): string {
    this.#count += 1
    const id = `output-${this.#count}`
    const whole = {
      id,
      role: 'output',
      exchange: id,
      kind: 'text',
      bytes: Buffer.from(bytes),
      prompt: Buffer.alloc(0),
    } as const
    this.fingerprints.keep({ ...whole, ...more })
    return id
  }

  learn(): Learned {
    return this.fingerprints.learn()
  }

  async scan(bytes: string | Uint8Array, chunk = 64 * 1024): Promise<Hit[]> {
    const hits: Hit[] = []
    const stream = this.scanner.open(hit => hits.push(hit))
    const all = Buffer.from(bytes)
    for (let at = 0; at < all.length; at += chunk) await stream.push(all.subarray(at, at + chunk))
    await stream.end()
    return hits
  }
}

/** A lesson with outputs and nothing before them; their ids in order. */
export function taught(...outputs: readonly (string | Uint8Array)[]): {
  readonly lesson: Lesson
  readonly ids: readonly string[]
} {
  const lesson = new Lesson()
  lesson.fingerprints.stopGathering()
  const ids = outputs.map(output => lesson.keep(output))
  lesson.learn()
  return { lesson, ids }
}

/** Pseudo-random bytes: the same in every run. */
export function noise(seed: string, bytes: number): Buffer {
  return createHash('shake256', { outputLength: bytes }).update(seed).digest()
}

const SYLLABLES = 'ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo yu za cho dre fla gri sto'.split(' ')

/** Prose of words that are made of syllables: as long as asked, the same for the same seed. */
export function prose(seed: string, bytes: number): string {
  let text = ''
  for (const byte of noise(seed, bytes)) {
    text += SYLLABLES[byte % SYLLABLES.length]
    if (byte % 3 === 0) text += byte % 31 === 0 ? '. ' : ' '
  }
  return text.slice(0, bytes)
}
