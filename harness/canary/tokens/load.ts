import { fork } from 'node:child_process'
import { reasonOf } from '../../model/error.ts'
import type { AbsentTokenizer, Installed } from './installed.ts'
import { absentOf } from './installed.ts'
import { shared } from './packed-vocabulary.ts'
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

/** Reading takes two seconds; a package that never comes to an end is given up. */
const PATIENCE_MS = 60_000

let loading: Promise<Vocabularies> | null = null

/** Loads every vocabulary that is installed, once in the life of the process. Never throws. */
export function installedVocabularies(): Promise<Vocabularies> {
  loading ??= loadVocabularies()
  return loading
}

/**
 * Has a process of its own read the packages: what they take, forty times the vocabularies, is given back when it ends.
 * What a thread takes is not. Never throws: without an answer all are absent.
 * @param script what the process runs: it must send an `Installed`, and end
 */
export function loadVocabularies(script = SCRIPT): Promise<Vocabularies> {
  const { promise, resolve } = Promise.withResolvers<Vocabularies>()
  const fail = (reason: string): void => resolve(noneOf(`its package cannot be read: ${reason}`))
  const reader = fork(script, { execArgv: [], serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  const patience = setTimeout(() => reader.kill('SIGKILL'), PATIENCE_MS)
  reader.once('message', message => {
    const { packed, absent } = message as Installed
    resolve({ present: packed.map(one => new Vocabulary(shared(one))), absent })
  })
  reader.once('error', error => fail(reasonOf(error)))
  reader.once('exit', (code, signal) => {
    clearTimeout(patience)
    fail(`the process that reads it ended with ${code === null ? signal : `code ${code}`}`)
  })
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
