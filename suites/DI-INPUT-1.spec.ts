import { test } from '../harness/test.ts'

test('DI-INPUT-1 · inputs never on disk', async ({ holds }) => {
  await holds('DI-INPUT-1')
})
