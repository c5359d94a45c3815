import { expect, test } from '@playwright/test'
import { Ledger } from './ledger.ts'

test('a gap is kept once, and how many are beyond the bound is said', () => {
  const ledger = new Ledger()
  for (let n = 0; n < 1200; n += 1) ledger.incomplete(`/f${n}`, 'EACCES')
  ledger.incomplete('/f0', 'EACCES')
  ledger.skip('/pipe', 'a FIFO')
  const { incomplete, skipped, fields } = ledger.coverage()
  expect(incomplete).toHaveLength(1001)
  expect(incomplete.at(-1)).toEqual({ path: '…', reason: 'and 200 more' })
  expect(skipped).toEqual([{ path: '/pipe', reason: 'a FIFO' }])
  expect(fields).toBeUndefined()
})
