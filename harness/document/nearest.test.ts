import { expect, test } from '@playwright/test'
import { nearest } from './nearest.ts'

const keys = ['severity', 'section', 'source', 'statement', 'title', 'id']

test('finds what was meant through one or two slips', () => {
  const slips = {
    sevrity: 'severity',
    Severity: 'severity',
    setcion: 'section',
    sorce: 'source',
    statment: 'statement',
    titel: 'title',
    di: 'id',
  }
  for (const [slip, meant] of Object.entries(slips)) expect(nearest(slip, keys)).toBe(meant)
})

test('guesses nothing where nothing is near', () => {
  for (const word of ['colour', 'x', '', 'publisher']) expect(nearest(word, keys)).toBe(null)
  expect(nearest('severity', [])).toBe(null)
})
