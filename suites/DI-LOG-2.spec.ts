import { test } from '../harness/test.ts'

test('DI-LOG-2 · logs hold only metadata', async ({ holds }) => {
  await holds('DI-LOG-2')
})
