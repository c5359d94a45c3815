import { test } from '../harness/test.ts'

test('DI-IMAGE-1 · images kept for a short time, then gone', async ({ holds }) => {
  await holds('DI-IMAGE-1')
})
