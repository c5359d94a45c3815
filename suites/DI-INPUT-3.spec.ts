import { test } from '../harness/test.ts'

test('DI-INPUT-3 · nothing can be read back afterwards', async ({ holds }) => {
  await holds('DI-INPUT-3')
})
