import { test } from '../harness/test.ts'

test('DI-OUTPUT-2 · outputs gone from memory once returned', async ({ holds }) => {
  await holds('DI-OUTPUT-2')
})
