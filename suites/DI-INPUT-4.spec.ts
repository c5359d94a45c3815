import { test } from '../harness/test.ts'

test('DI-INPUT-4 · inputs never in an object store', async ({ holds }) => {
  await holds('DI-INPUT-4')
})
