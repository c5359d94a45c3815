import { test } from '../harness/test.ts'

test('DI-INPUT-2 · inputs in memory only during inference', async ({ holds }) => {
  await holds('DI-INPUT-2')
})
