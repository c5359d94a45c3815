import { test } from '../harness/test.ts'

test('DI-THIRD-4 · Anthropic stores the output of its models', async ({ holds }) => {
  await holds('DI-THIRD-4')
})
