import { expect, test } from '@playwright/test'
import { fill } from './placeholders.ts'

test('fills every text, deeply, and leaves the rest alone', () => {
  const value = { a: ['${port}', 1], b: { c: 'x-${services.db.url}-y', d: null }, e: true }
  expect(fill(value, { port: '80', 'services.db.url': 'U' })).toEqual({
    a: ['80', 1],
    b: { c: 'x-U-y', d: null },
    e: true,
  })
})

test('reads the environment, and says what is missing', () => {
  process.env.LETHE_TEST_VALUE = 'v'
  expect(fill('${env.LETHE_TEST_VALUE}', {})).toBe('v')
  expect(() => fill('${env.LETHE_TEST_NONE}', {})).toThrow(/the environment has no LETHE_TEST_NONE/)
})

test('an unknown name is said with the known ones', () => {
  expect(() => fill('${prot}', { port: '1' })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', mend: expect.stringContaining('${port}') }),
  )
})
