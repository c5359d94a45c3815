import { test } from '../harness/test.ts'

test('DI-SHARE-2 · third-party models reach their own company only', async ({ holds }) => {
  await holds('DI-SHARE-2')
})
