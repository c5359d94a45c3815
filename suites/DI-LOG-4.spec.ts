import { test } from '../harness/test.ts'

test('DI-LOG-4 · bulk data and images not logged', async ({ holds }) => {
  await holds('DI-LOG-4')
})
