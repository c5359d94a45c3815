import { test } from '../harness/test.ts'

test('DI-DISCLOSE-1 · third-party end-points named at the time of use', async ({ holds }) => {
  await holds('DI-DISCLOSE-1')
})
