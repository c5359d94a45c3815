import { expect, test } from '@playwright/test'
import { loadProfile } from './load.ts'

/** Every statement of the source, in its order and in our own words, and the clauses that carry it. */
const promises: [promise: string, clauses: string[]][] = [
  ['what is submitted is not stored on disk', ['DI-INPUT-1', 'DI-INPUT-4']],
  ['it is in memory only while inference runs', ['DI-INPUT-2']],
  ['it is erased from memory when inference is done', ['DI-INPUT-2']],
  ['so it cannot be read back later', ['DI-INPUT-3']],
  ['outputs are not stored either', ['DI-OUTPUT-1', 'DI-OUTPUT-3', 'DI-INPUT-3']],
  ['outputs are sent back and then erased from memory', ['DI-OUTPUT-2']],
  ['except images, kept for a short time for easy access', ['DI-IMAGE-1']],
  ['with Google models, Google stores the output under its privacy notice', ['DI-THIRD-1']],
  ['with Anthropic models, Anthropic stores the output as its trust centre says', ['DI-THIRD-4']],
  ['bulk data is kept for longer, and on disk only encrypted', ['DI-BULK-1']],
  ['bulk data is erased from disk and memory a short time after it was returned', ['DI-BULK-2']],
  ['models are not trained on data, third-party models aside', ['DI-TRAIN-1']],
  ['again: not stored on disk', ['DI-INPUT-1', 'DI-INPUT-4', 'DI-OUTPUT-1', 'DI-OUTPUT-3']],
  ['data is used for no purpose other than the inference', ['DI-USE-1', 'DI-SHARE-1']],
  ['with Google and Anthropic models, their training policies apply', ['DI-THIRD-3', 'DI-THIRD-5']],
  ['what is submitted is shared with no third party, those models aside', ['DI-SHARE-1']],
  ['with those models it is transferred to the company’s end-points', ['DI-SHARE-2']],
  ['what is submitted is generally not logged', ['DI-LOG-1', 'DI-LOG-4']],
  ['only metadata for debugging is logged: request id, cost, sampling parameters', ['DI-LOG-2']],
  ['a small portion of requests may be looked at and logged for debugging or security', ['DI-LOG-3']],
  ['Google logs prompts and responses for a limited time, only against prohibited use', ['DI-THIRD-2']],
  ['personal information and data may go to end-points of some models, as told at the time of use', ['DI-DISCLOSE-1']],
]

test('every statement of the source has its clauses, and no clause stands without a statement', async () => {
  const { profile } = await loadProfile('deepinfra')
  const carried = new Set(promises.flatMap(([, clauses]) => clauses))
  expect(profile.clauses.map(clause => clause.id).sort()).toEqual([...carried].sort())
})

test('where we chose a number that the source does not give, the clause is marked, and no other', async () => {
  const { profile } = await loadProfile('deepinfra')
  const marked = profile.clauses.filter(clause => clause.unquantified).map(clause => clause.id)
  expect(marked).toEqual(['DI-INPUT-2', 'DI-OUTPUT-2', 'DI-IMAGE-1', 'DI-BULK-2', 'DI-LOG-3'])
})

test('no log field may hold free text, and none that a user writes is allowed', async () => {
  const { profile } = await loadProfile('deepinfra')
  const rule = profile.clauses.find(clause => clause.id === 'DI-LOG-2')?.rule
  if (rule?.kind !== 'only-fields') throw new Error('DI-LOG-2 is an only-fields rule')
  const names = rule.allow.flatMap(field => field.names.map(name => name.toLowerCase().replace(/[-_.]/g, '')))
  expect(
    rule.allow.filter(field => field.shapes.some(shape => ['free-text', 'list', 'object'].includes(shape))),
  ).toEqual([])
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  for (const written of [
    'messages',
    'prompt',
    'input',
    'output',
    'stop',
    'user',
    'metadata',
    'tools',
    'responseformat',
    'body',
    'query',
    'preview',
    'filename',
    'error',
    'url',
  ]) {
    expect(names).not.toContain(written)
  }
})
