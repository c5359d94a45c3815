import { expect, test } from '@playwright/test'
import { RunKey } from '../key.ts'
import type { Context } from './contexts.suite.ts'
import { contextsOf } from './contexts.suite.ts'
import type { Core } from './core.ts'
import { coreOf } from './core.ts'
import { installedVocabularies } from './load.ts'
import { realTokenizer, realTokenizers } from './real-tokenizers.suite.ts'
import { tokenizers } from './registry.ts'
import type { Vocabulary } from './vocabulary.ts'

const KEYS = 200
/** Of the contexts, each run tries every fourth, the next run the others. */
const EVERY = 4
/** Digits are first and last, so that a core has 16 characters of its magic: more than are certain. */
const CORE_LENGTH = 16

const keyOf = (number: number): RunKey => RunKey.fromHex(number.toString(16).padStart(64, 'c0de'))

const isWithin = (ids: readonly number[], { ids: core }: Core): boolean => `,${ids},`.includes(`,${core},`)

function coresOf(vocabulary: Vocabulary, key: RunKey): Core[] {
  return [key.payload.a, key.payload.b].flatMap(magic => coreOf(vocabulary, magic) ?? [])
}

/** Names of the contexts in which a core is not there whole. */
function lostIn(vocabulary: Vocabulary, cores: readonly Core[], contexts: readonly Context[]): string[] {
  const encode = realTokenizer(vocabulary.name)
  return contexts.flatMap(({ name, text }) => {
    const ids = encode(text)
    return cores.every(core => isWithin(ids, core)) ? [] : [name]
  })
}

test('every tokenizer that is looked for is installed here, and one of those that the cores are tried with', async () => {
  const { present, absent } = await installedVocabularies()
  expect(absent).toEqual([])
  expect(present.map(({ name }) => name)).toEqual(tokenizers.map(({ name }) => name))
  expect([...realTokenizers.keys()].sort()).toEqual(tokenizers.map(({ name }) => name).sort())
})

for (const { name } of tokenizers) {
  test(`both cores of ${KEYS} runs are what ${name} makes of their magics, whatever stands around`, async () => {
    const { present } = await installedVocabularies()
    const vocabulary = present.find(one => one.name === name)
    if (vocabulary === undefined) throw new Error(`${name} is not installed`)
    for (let number = 0; number < KEYS; number++) {
      const key = keyOf(number)
      const cores = coresOf(vocabulary, key)
      const contexts = contextsOf(key).filter((_, index) => index % EVERY === number % EVERY)
      expect(cores.map(({ length }) => length)).toEqual([CORE_LENGTH, CORE_LENGTH])
      expect(lostIn(vocabulary, cores, contexts), `run ${number}`).toEqual([])
    }
  })
}

test('a vocabulary reads back what its tokenizer writes', async () => {
  const text = 'Zahl 4711: naïve 漢字 🦊 "quoted" \n\tabcd7efg'
  for (const vocabulary of (await installedVocabularies()).present) {
    const ids = realTokenizer(vocabulary.name)(text)
    const bytes = ids.flatMap(id => [...(vocabulary.bytesOf(id) ?? [])])
    expect(Buffer.from(bytes).toString().trimStart(), vocabulary.name).toBe(text)
  }
})
