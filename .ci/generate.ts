import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { generatedFiles as ofConfig } from '../harness/deployment/generated.ts'
import { generatedFiles as ofProfile } from '../harness/profile/generated.ts'
import { loadProfile } from '../harness/profile/load.ts'
import { generatedFiles as ofReports } from '../reports/generated.ts'

/** `npm run generate` writes every generated file; with `--check` it says which are out of date and exits 1. */
const check = process.argv.includes('--check')
const { profile } = await loadProfile('deepinfra')
const files = [...ofProfile(), ...ofConfig(), ...ofReports(profile)]
const stale = files.filter(({ path, content }) => read(path) !== content)

for (const { path, content } of stale) {
  if (check) process.stdout.write(`out of date: ${path} (npm run generate)\n`)
  else {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    process.stdout.write(`wrote ${path}\n`)
  }
}
process.exitCode = check && stale.length > 0 ? 1 : 0

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
