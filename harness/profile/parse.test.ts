import { expect, test } from '@playwright/test'
import { z } from 'zod'
import { parseYaml } from '../document/parse.ts'
import { LetheError } from '../model/error.ts'
import { parseProfile } from './parse.ts'

const good = `id: demo
title: A demo
sources:
  - id: page
    publisher: Someone
    title: Privacy
    read: 2026-11-24
    sha256: ${'a'.repeat(64)}
    expires: 2027-05-24
clauses:
  - id: DE-INPUT-1
    title: Inputs never on disk
    section: Privacy
    statement: Nothing is kept.
    source: page
    severity: high
    rule: { kind: never-at-rest, data: [input], media: [disk] }
  - id: DE-IMAGE-1
    title: Images go
    section: Privacy
    statement: Images are kept for a day.
    source: page
    severity: low
    rule: { kind: gone-within, data: [image-output], media: [store], within: 24h, clock: created, availableFor: 10m }
`

function failure(text: string): LetheError {
  try {
    parseProfile(text, 'demo.yaml')
  } catch (error) {
    if (error instanceof LetheError) return error
    throw error
  }
  throw new Error('it was accepted')
}

test('a good profile is read, with defaults filled in', () => {
  const profile = parseProfile(good, 'demo.yaml')
  expect(profile.clauses.map(clause => [clause.id, clause.unquantified])).toEqual([
    ['DE-INPUT-1', false],
    ['DE-IMAGE-1', false],
  ])
})

/** What is changed in the good profile, the one problem that must be said, and what to write instead. */
const mistakes: [name: string, from: string, to: string, message: string, mend: string][] = [
  [
    'an unknown key',
    'severity: high',
    'severity: high\n    sevrity: low',
    '17:5: unknown key "sevrity" in clauses[0]',
    'did you mean "severity"?',
  ],
  [
    'a key that resembles none',
    'publisher: Someone',
    'publisher: Someone\n    colour: blue',
    '6:5: unknown key "colour" in sources[0]',
    'remove it; known here: id, publisher, title, url, read, sha256, expires',
  ],
  [
    'an unknown key of a rule',
    'media: [disk] }',
    'media: [disk], withn: 1s }',
    '17:64: unknown key "withn" in clauses[0].rule',
    'remove it; known here: kind, data, media',
  ],
  [
    'a key of that rule',
    'clock: created',
    'clok: created',
    '24:83: unknown key "clok" in clauses[1].rule',
    'did you mean "clock"?',
  ],
  [
    'a missing key',
    '    section: Privacy\n    statement: Nothing',
    '    statement: Nothing',
    '11:5: "section" is missing in clauses[0]',
    'add section: (The heading in the source under which the promise stands)',
  ],
  [
    'a missing choice',
    '    severity: low\n',
    '',
    '18:5: "severity" is missing in clauses[1]',
    'add severity: (one of critical, high, medium, low)',
  ],
  [
    'a wrong choice',
    'severity: high',
    'severity: hihg',
    '16:15: clauses[0].severity is "hihg"',
    'did you mean "high"? (one of critical, high, medium, low)',
  ],
  [
    'a wrong medium',
    'media: [disk]',
    'media: [disk, ram]',
    '17:63: clauses[0].rule.media[1] is "ram"',
    'one of disk, log, database, memory, network, api, store',
  ],
  [
    'a wrong rule kind',
    'kind: never-at-rest',
    'kind: never-at-res',
    '17:19: clauses[0].rule.kind is "never-at-res"',
    'did you mean "never-at-rest"?',
  ],
  ['a wrong type', 'title: A demo', 'title: [a, b]', '2:8: title is a list of 2, not a text', 'write a text'],
  [
    'an empty value',
    'publisher: Someone',
    'publisher:',
    '5:15: sources[0].publisher is empty, not a text',
    'write a text',
  ],
  [
    'an empty list',
    'media: [disk]',
    'media: []',
    '17:56: clauses[0].rule.media is an empty list, too short',
    'write at least 1 entry',
  ],
  ['a long title', 'title: Images go', `title: ${'x'.repeat(81)}`, 'too long', 'write at most 80 characters'],
  ['a malformed id', 'id: DE-INPUT-1', 'id: input', '11:9: clauses[0].id is "input"', 'write it like DI-INPUT-1'],
  [
    'a malformed span',
    'within: 24h',
    'within: 24 hours',
    '24:78: clauses[1].rule.within is "24 hours"',
    'write a number and a unit, such as 30s',
  ],
  [
    'a malformed day',
    'read: 2026-11-24',
    'read: 24.11.2026',
    '7:11: sources[0].read is "24.11.2026"',
    'write a day, YYYY-MM-DD',
  ],
  [
    'a repeated clause id',
    'DE-IMAGE-1',
    'DE-INPUT-1',
    '18:9: clauses[1].id "DE-INPUT-1" is also that of clauses[0]',
    'give it an id of its own',
  ],
  [
    'an unknown source',
    'source: page\n    severity: high',
    'source: pages\n    severity: high',
    '15:13: clauses[0].source "pages" is not among the sources',
    'write one of page',
  ],
  [
    'an expiry before the reading',
    'expires: 2027',
    'expires: 2025',
    '9:14: sources[0] expires on 2025-05-24, before it was read on 2026-11-24',
    'write a day on or after',
  ],
  [
    'available for longer than it lives',
    'availableFor: 10m',
    'availableFor: 2d',
    '24:113: clauses[1].rule must be there for 2d, but gone within 24h',
    'not longer than within',
  ],
  ['a repeated key', 'title: A demo', 'title: A demo\ntitle: B', '3:1: Map keys must be unique', 'keep one of the two'],
  ['a tab', '  - id: page', '\t- id: page', '4:1: Tabs are not allowed as indentation', 'indent with spaces'],
  [
    'a second document',
    'clauses:',
    '---\nclauses:',
    '10:1: Source contains multiple documents',
    'keep one document a file',
  ],
  ['a tag', 'title: A demo', 'title: !env A', '2:8: Unresolved tag: !env', 'remove the tag'],
  ['an alias to nothing', 'title: A demo', 'title: *other', 'Unresolved alias', 'in place of aliases'],
]

for (const [name, from, to, message, mend] of mistakes) {
  test(`${name} is told with its place and what to write instead`, () => {
    expect(good).toContain(from)
    const error = failure(good.replace(from, to))
    expect(error.code).toBe('PROFILE_INVALID')
    expect(error.exitCode).toBe(2)
    expect(error.message).toMatch(/^demo\.yaml:\d+:\d+: /)
    expect(error.message).toContain(message)
    expect(error.mend).toContain(mend)
  })
}

test('all problems come at once, in the order of the file, each with its mend', () => {
  const text = good
    .replace('severity: high', 'severty: high')
    .replace('title: A demo', 'title: 7')
    .replace('DE-IMAGE-1', 'DE-INPUT-1')
  const error = failure(text)
  expect(error.message.split('\n')).toEqual([
    'demo.yaml:2:8: title is 7, not a text',
    'demo.yaml:11:5: "severity" is missing in clauses[0]',
    'demo.yaml:16:5: unknown key "severty" in clauses[0]',
    'demo.yaml:18:9: clauses[1].id "DE-INPUT-1" is also that of clauses[0]',
  ])
  expect(error.mend.split('\n')).toHaveLength(4)
})

test('what is no mapping at all is an error too', () => {
  for (const text of ['', '# nothing\n', '- 1\n', '42', 'null', '\0'])
    expect(failure(text).message).toMatch(/^demo\.yaml:1:\d+: /)
})

test('hostile YAML ends with a bounded message', () => {
  const bomb = Array.from(
    { length: 30 },
    (_, n) => `a${n}: &a${n} [${n === 0 ? 'x' : `*a${n - 1}, *a${n - 1}, *a${n - 1}`}]`,
  ).join('\n')
  for (const text of ['['.repeat(100_000), bomb, 'x: 1\n'.repeat(20_000), '? '.repeat(20_000)]) {
    expect(failure(text).message.length).toBeLessThan(10_000)
  }
})

test('positions follow aliases to where the value stands', () => {
  const schema = z.strictObject({ first: z.unknown(), second: z.strictObject({ size: z.number() }) })
  const text = 'first: &shared\n  size: big\nsecond: *shared\n'
  expect(() => parseYaml(text, 'x.yaml', schema, 'CONFIG_INVALID')).toThrow(
    'x.yaml:2:9: second.size is "big", not a number',
  )
})

test('a value that fits none of several forms is told all of them', () => {
  const schema = z.strictObject({ faults: z.union([z.literal('all'), z.array(z.string())]) })
  const thrown = expect(() => parseYaml('faults: 3', 'x.yaml', schema, 'CONFIG_INVALID'))
  thrown.toThrow('x.yaml:1:9: faults is 3')
  thrown.toThrow(expect.objectContaining({ mend: 'write all, or a list' }))
})
