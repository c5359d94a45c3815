import { test } from '../harness/test.ts'

test('DI-THIRD-2 · Google logs prompts and responses for a time', async ({ holds }) => {
  await holds('DI-THIRD-2')
})
