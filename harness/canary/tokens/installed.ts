import { reasonOf } from '../../model/error.ts'
import type { PackedVocabulary } from './packed-vocabulary.ts'
import { packVocabulary } from './packed-vocabulary.ts'
import type { Tokenizer } from './tokenizer.ts'
import { Vocabulary } from './vocabulary.ts'

/** A tokenizer whose ids are not looked for, and why. */
export interface AbsentTokenizer {
  readonly name: string
  readonly package: string
  readonly reason: string
}

/** What the packages that are installed here hold, as one process sends it to another. */
export interface Installed {
  readonly packed: readonly PackedVocabulary[]
  readonly absent: readonly AbsentTokenizer[]
}

/** Reads the packages of these tokenizers, one after another: together they would take more memory at once. Never throws. */
export async function readInstalled(wanted: readonly Tokenizer[]): Promise<Installed> {
  const packed: PackedVocabulary[] = []
  const absent: AbsentTokenizer[] = []
  for (const tokenizer of wanted) {
    const read = await readOne(tokenizer)
    if (typeof read === 'string') absent.push(absentOf(tokenizer, read))
    else packed.push(read)
  }
  return { packed, absent }
}

/** This tokenizer, as one that is not looked for. */
export function absentOf({ name, package: wanted }: Tokenizer, reason: string): AbsentTokenizer {
  return { name, package: wanted, reason }
}

/** Its vocabulary, or why there is none. */
async function readOne({ name, sample, load }: Tokenizer): Promise<PackedVocabulary | string> {
  try {
    const packed = packVocabulary(name, await load())
    const text = Buffer.from(new Vocabulary(packed).bytesOf(sample.id) ?? []).toString()
    return text === sample.text ? packed : 'its package holds another vocabulary than the one expected'
  } catch (error) {
    return isMissing(error) ? 'its package is not installed' : `its package cannot be read: ${reasonOf(error)}`
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
