import { test } from '../harness/test.ts'

test('DI-BULK-2 · bulk data gone soon after it was returned', async ({ holds }) => {
  await holds('DI-BULK-2')
})
