import { test } from '../harness/test.ts'

test('DI-THIRD-5 · Anthropic’s training policy governs its models', async ({ holds }) => {
  await holds('DI-THIRD-5')
})
