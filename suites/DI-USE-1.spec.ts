import { test } from '../harness/test.ts'

test('DI-USE-1 · no use other than the inference itself', async ({ holds }) => {
  await holds('DI-USE-1')
})
