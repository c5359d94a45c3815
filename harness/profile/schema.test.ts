import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import { generatedFiles as generatedReports } from '../../reports/generated.ts'
import { generatedFiles } from './generated.ts'
import { loadProfile } from './load.ts'
import { profileJsonSchema } from './schema.ts'

const validate = new Ajv2020({ strict: true, strictTypes: false, validateFormats: false }).compile(profileJsonSchema())

test('the packaged profile is valid by the schema that editors use, and names it', async () => {
  const { text } = await loadProfile('deepinfra')
  expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true)
  expect(text.startsWith('# yaml-language-server: $schema=./profile.schema.json\n')).toBe(true)
})

test('the schema refuses what the loader refuses', async () => {
  const { text } = await loadProfile('deepinfra')
  for (const [from, to] of [
    ['severity: critical', 'severity: grave'],
    ['kind: isolated', 'kind: isolation'],
    ['id: DI-INPUT-1', 'id: input-1'],
    ['media: [memory], within', 'media: [memory], colour: red, within'],
    ['within: 60s', 'within: 60'],
  ] as const) {
    expect(text).toContain(from)
    expect(validate(parse(text.replace(from, to)))).toBe(false)
  }
})

test('committed generated files are those of these sources', async () => {
  const { profile } = await loadProfile('deepinfra')
  for (const { path, content } of [...generatedFiles(), ...generatedReports(profile)]) {
    const committed = await readFile(new URL(`../../${path}`, import.meta.url), 'utf8')
    expect(committed, `${path} is stale: npm run generate`).toBe(content)
  }
})
