import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import { printable } from './printable.ts'

test('whatever comes in, what goes out is short and has no control characters', () => {
  const anything = fc.string({ unit: 'binary', maxLength: 400 })
  fc.assert(
    fc.property(anything, fc.integer({ min: 8, max: 80 }), (text, most) => {
      const shown = printable(text, most)
      expect(shown.length).toBeLessThanOrEqual(most)
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    }),
  )
})

test('plain text stays, what is hidden is shown, the ends of a path survive', () => {
  expect(printable('/srv/größe/文.json')).toBe('/srv/größe/文.json')
  expect(printable('a\u0000\n\u202Eb\u001b[2J')).toBe('a\\u{0}\\n\\u{202e}b\\u{1b}[2J')
  expect(printable(`/head/${'x'.repeat(500)}/tail.log`, 21)).toBe('/head/xxxx…x/tail.log')
})
