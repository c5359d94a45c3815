import { test } from '../harness/test.ts'

test('DI-LOG-3 · at most a small portion of requests logged', async ({ holds }) => {
  await holds('DI-LOG-3')
})
