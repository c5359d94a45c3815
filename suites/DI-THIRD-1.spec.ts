import { test } from '../harness/test.ts'

test('DI-THIRD-1 · Google stores the output of its models', async ({ holds }) => {
  await holds('DI-THIRD-1')
})
