import { Worker } from 'node:worker_threads'
import { reasonOf } from '../../model/error.ts'
import type { AbsentTokenizer, Installed } from './installed.ts'
import { absentOf } from './installed.ts'
import { tokenizers } from './registry.ts'
import { Vocabulary } from './vocabulary.ts'

/** The vocabularies that are installed here, and the tokenizers that thus cannot be looked for. */
export interface Vocabularies {
  readonly present: readonly Vocabulary[]
  readonly absent: readonly AbsentTokenizer[]
}

/** Of a scan that looks for no token ids; it says so. */
export const NO_VOCABULARIES: Vocabularies = noneOf('was not asked for')

/** Built, it stands beside this file as JavaScript. */
const SCRIPT = new URL(import.meta.url.endsWith('.ts') ? './loader.ts' : './loader.js', import.meta.url)

/** Room for what is new, in MiB: the packages make little besides what stays until the thread ends. */
const YOUNG_MIB = 6

let loading: Promise<Vocabularies> | null = null

/** Loads every vocabulary that is installed, once in the life of the process. Never throws. */
export function installedVocabularies(): Promise<Vocabularies> {
  loading ??= loadVocabularies()
  return loading
}

/**
 * Has a thread of its own read the packages: what they leave in memory, ten times the vocabularies, goes when it ends.
 * Never throws: without an answer all are absent.
 * @param script what the thread runs: it must send an `Installed`, and end
 */
export function loadVocabularies(script = SCRIPT): Promise<Vocabularies> {
  const { promise, resolve } = Promise.withResolvers<Vocabularies>()
  const fail = (reason: string): void => resolve(noneOf(`its package cannot be read: ${reason}`))
  const worker = new Worker(script, { execArgv: [], resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB } })
  worker.once('message', ({ packed, absent }: Installed) => {
    // Ended from outside while V8 compiles for it, it would take the process along.
    worker.unref()
    resolve({ present: packed.map(one => new Vocabulary(one)), absent })
  })
  worker.once('messageerror', error => fail(reasonOf(error)))
  worker.once('error', error => fail(reasonOf(error)))
  worker.once('exit', code => fail(`the thread that reads it ended with code ${code}`))
  return promise
}

function noneOf(reason: string): Vocabularies {
  return { present: [], absent: tokenizers.map(tokenizer => absentOf(tokenizer, reason)) }
}

/** What a scan with these vocabularies is blind to, as a part of a sentence; null for none of the tokenizers. */
export function blindnessOf({ absent }: Vocabularies): string | null {
  if (absent.length === 0) return null
  const names = absent.map(({ name }) => name).join(', ')
  const packages = [...new Set(absent.map(one => one.package))].join(', ')
  return `token ids of ${names}, which are looked for where npm packages are installed: ${packages}`
}
