import { test } from '../harness/test.ts'

test('DI-OUTPUT-1 · outputs not stored', async ({ holds }) => {
  await holds('DI-OUTPUT-1')
})
