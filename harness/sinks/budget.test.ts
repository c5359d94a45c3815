import { expect, test } from '@playwright/test'
import { withinBudget } from './budget.ts'

const never = new AbortController().signal

test('work that is done in time is not cut; what it throws is thrown', async () => {
  expect(await withinBudget({ within: 1000, signal: never }, async () => {})).toBeNull()
  const failing = withinBudget({ within: 1000, signal: never }, async () => {
    throw new Error('broken')
  })
  await expect(failing).rejects.toThrow('broken')
})

test('work that never ends is told to stop, then left behind', async () => {
  let told = false
  const cut = await withinBudget({ within: 50, signal: never }, async signal => {
    signal.addEventListener('abort', () => {
      told = true
    })
    await new Promise(() => {})
  })
  expect([cut, told]).toEqual(['the time of 0.05 s was up', true])
})

test('an interrupted run cuts at once what has not begun', async () => {
  const signal = AbortSignal.abort()
  expect(await withinBudget({ within: 1000, signal }, async () => {})).toBe('the run was interrupted')
})
