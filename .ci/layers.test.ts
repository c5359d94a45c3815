import { spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from '@playwright/test'

const FILES = [
  'package.json',
  'tsconfig.json',
  '.dependency-cruiser.mjs',
  '.ci',
  'bin',
  'harness',
  'suites',
  'fixtures',
  'reports',
]

let copy = ''
test.beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'lethe-layers-'))
  for (const name of FILES)
    cpSync(name, join(copy, name), { recursive: true, filter: path => !path.includes('node_modules') })
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'))
})
test.afterEach(() => rmSync(copy, { recursive: true, force: true }))

function check(): { status: number | null; output: string } {
  const { status, stdout } = spawnSync(process.execPath, ['.ci/check.ts', 'layers'], {
    cwd: copy,
    encoding: 'utf8',
    env: { ...process.env, FORCE_COLOR: '0' },
  })
  return { status, output: stdout }
}

test('npm run check fails when a file of judge/ imports from sinks/, and says why', () => {
  expect(check().status).toBe(0)
  appendFileSync(
    join(copy, 'harness/judge/judge.ts'),
    `\nimport type { Sink } from '../sinks/sink.ts'\nexport type Seen = Sink\n`,
  )
  const { status, output } = check()
  expect(status).toBe(1)
  expect(output).toContain('judge-imports')
  expect(output).toContain('harness/judge/judge.ts → harness/sinks/sink.ts')
})

test('a renderer that reads files fails it too', () => {
  appendFileSync(
    join(copy, 'reports/json.ts'),
    `\nimport { readFileSync } from 'node:fs'\nexport const seen = readFileSync\n`,
  )
  expect(check().output).toContain('pure-judge-and-reports')
})
