import { test } from '../harness/test.ts'

test('DI-TRAIN-1 · no training on what users submit', async ({ holds }) => {
  await holds('DI-TRAIN-1')
})
