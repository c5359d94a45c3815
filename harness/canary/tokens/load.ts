import { reasonOf } from '../../model/error.ts'
import { tokenizers } from './registry.ts'
import type { Tokenizer } from './tokenizer.ts'
import type { Vocabulary } from './vocabulary.ts'

/** A tokenizer whose ids are not looked for, and why. */
export interface AbsentTokenizer {
  readonly name: string
  readonly package: string
  readonly reason: string
}

/** The vocabularies that are installed here, and the tokenizers that thus cannot be looked for. */
export interface Vocabularies {
  readonly present: readonly Vocabulary[]
  readonly absent: readonly AbsentTokenizer[]
}

/** Of a scan that looks for no token ids; it says so. */
export const NO_VOCABULARIES: Vocabularies = {
  present: [],
  absent: tokenizers.map(({ name, package: wanted }) => ({ name, package: wanted, reason: 'was not asked for' })),
}

let loading: Promise<Vocabularies> | null = null

/** Loads every vocabulary that is installed, once in the life of the process. Never throws. */
export function installedVocabularies(): Promise<Vocabularies> {
  loading ??= loadVocabularies(tokenizers)
  return loading
}

export async function loadVocabularies(wanted: readonly Tokenizer[]): Promise<Vocabularies> {
  const loaded = await Promise.all(wanted.map(loadOne))
  return {
    present: loaded.flatMap(one => ('vocabulary' in one ? [one.vocabulary] : [])),
    absent: loaded.flatMap(one => ('absent' in one ? [one.absent] : [])),
  }
}

async function loadOne(tokenizer: Tokenizer): Promise<{ vocabulary: Vocabulary } | { absent: AbsentTokenizer }> {
  const { name, sample } = tokenizer
  const because = (reason: string) => ({ absent: { name, package: tokenizer.package, reason } })
  try {
    const vocabulary = await tokenizer.load()
    const text = Buffer.from(vocabulary.bytesOf(sample.id) ?? []).toString()
    return text === sample.text ? { vocabulary } : because('its package holds another vocabulary than the one expected')
  } catch (error) {
    return because(isMissing(error) ? 'its package is not installed' : `its package cannot be read: ${reasonOf(error)}`)
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'

/** What a scan with these vocabularies is blind to, as a part of a sentence; null for none of the tokenizers. */
export function blindnessOf({ absent }: Vocabularies): string | null {
  if (absent.length === 0) return null
  const names = absent.map(({ name }) => name).join(', ')
  const packages = [...new Set(absent.map(one => one.package))].join(', ')
  return `token ids of ${names}, which are looked for where npm packages are installed: ${packages}`
}
