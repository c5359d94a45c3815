import { expect, test } from '@playwright/test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { leaking, voided } from './golden/sample.ts'
import { renderJson } from './json.ts'
import { resultsJsonSchema } from './schema/results.ts'

const validate = new Ajv2020({ strict: true, allErrors: true }).compile(resultsJsonSchema())

test('results.json is valid by its published schema', () => {
  for (const results of [leaking, voided]) {
    expect(validate(JSON.parse(renderJson(results))), JSON.stringify(validate.errors)).toBe(true)
  }
})

test('the schema refuses what is not results, and takes fields that come later', () => {
  const document = JSON.parse(renderJson(leaking))
  expect(validate({ ...document, verdict: 'fine' })).toBe(false)
  expect(validate({ ...document, findings: [{ ...document.findings[0], sightingCount: 1.5 }] })).toBe(false)
  expect(validate({ ...document, later: true })).toBe(true)
})

test('nothing is lost, and the order of keys does not depend on who built the object', () => {
  const text = renderJson(leaking)
  const reversed = Object.fromEntries(Object.entries(leaking).reverse()) as typeof leaking
  const outcomes = Object.fromEntries(Object.entries(leaking.traffic.outcomes).reverse())
  expect(renderJson({ ...reversed, traffic: { ...leaking.traffic, outcomes } })).toBe(text)
  expect(JSON.parse(text)).toEqual(leaking)
  expect(text.endsWith('}\n')).toBe(true)
})

test('what is not of the schema is refused', () => {
  expect(() => renderJson({ ...leaking, exitCode: 0.5 })).toThrow()
})
