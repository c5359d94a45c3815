import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** `npm run check`: format and lint, types, layers, unused code, what is generated or built. All run; any of them fails it. */
const CHECKS: readonly (readonly [name: string, ...command: string[]])[] = [
  ['format and lint', bin('biome'), 'check', '.'],
  ['types', process.execPath, 'node_modules/typescript-7/lib/tsc.js', '-p', '.'],
  [
    'layers',
    bin('depcruise'),
    '--config',
    '.dependency-cruiser.mjs',
    ...['bin', 'harness', 'suites', 'fixtures', 'reports', 'bench'].filter(existsSync),
  ],
  ['unused code', bin('knip')],
  ['generated files', process.execPath, '.ci/generate.ts', '--check'],
  ['kernel', process.execPath, '.ci/kernel.ts', '--check'],
]

function bin(name: string): string {
  return join('node_modules', '.bin', name)
}

const only = process.argv.slice(2)
let failed = 0
for (const [name, command = '', ...args] of CHECKS.filter(([name]) => only.length === 0 || only.includes(name))) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 })
  const good = status === 0
  process.stdout.write(`${good ? 'ok  ' : 'FAIL'} ${name}\n${good ? '' : `${stdout}${stderr}\n`}`)
  if (!good) failed += 1
}
process.exitCode = failed === 0 ? 0 : 1
