import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from '@playwright/test'
import { runCommand } from '../harness/cli/run.ts'
import { EXIT } from '../harness/model/error.ts'
import { RUN_POINTER } from '../harness/test.ts'

const CONFIG = process.env.LETHE_CONFIG ?? 'fixtures/reference/lethe.config.ts'

test('collect a run', async () => {
  test.skip(process.env.LETHE_RUN !== undefined, 'LETHE_RUN names a run that is judged as it is')
  const out = join('.lethe', 'runs', `collected-${Date.now()}`)
  const code = await runCommand({
    config: CONFIG,
    out,
    inconclusive: process.env.LETHE_INCONCLUSIVE === 'fail' ? 'fail' : 'warn',
  })
  expect([EXIT.pass, EXIT.violated, EXIT.inconclusive]).toContain(code)
  await mkdir(dirname(RUN_POINTER), { recursive: true })
  await writeFile(RUN_POINTER, out)
})
