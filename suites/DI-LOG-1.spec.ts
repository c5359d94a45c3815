import { test } from '../harness/test.ts'

test('DI-LOG-1 · inputs and outputs not logged', async ({ holds }) => {
  await holds('DI-LOG-1')
})
