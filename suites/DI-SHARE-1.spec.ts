import { test } from '../harness/test.ts'

test('DI-SHARE-1 · nothing to third parties', async ({ holds }) => {
  await holds('DI-SHARE-1')
})
