import { test } from '../harness/test.ts'

test('DI-BULK-1 · bulk data on disk only encrypted', async ({ holds }) => {
  await holds('DI-BULK-1')
})
