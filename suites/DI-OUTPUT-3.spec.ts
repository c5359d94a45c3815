import { test } from '../harness/test.ts'

test('DI-OUTPUT-3 · outputs not in an object store', async ({ holds }) => {
  await holds('DI-OUTPUT-3')
})
