import { test } from '../harness/test.ts'

test('DI-THIRD-3 · Google’s training policy governs its models', async ({ holds }) => {
  await holds('DI-THIRD-3')
})
