import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '../temporary-folder.ts'
import { knownGaps } from './known-gaps.ts'
import type { Outcome } from './matrix.ts'
import { planted, tryRow } from './matrix.ts'
import { problemsOf, strayGaps } from './problems.ts'
import { families } from './registry.ts'
import { recallMarkdown } from './report.ts'
import type { Rival } from './rivals.ts'
import { ripgrep, ripgrepName, yaraX } from './rivals.ts'
import { Shared } from './shared.ts'
import { versionNotes } from './versions.ts'

/**
 * `npm run bench:recall`: makes every row, looks for its canary with Lethe and with other tools, and writes
 * docs/recall-matrix.md. Exit code 1 where a row is not found and no known gap, where a known gap is found, and on any
 * false alarm. `npm run bench:recall -- WORD` tries the rows that have the word in their name, and writes nothing.
 */
const [only = ''] = process.argv.slice(2)
const rows = families.flatMap(family => family.rows)
const chosen = rows.filter(({ name }) => name.toLowerCase().includes(only.toLowerCase()))
const folder = temporaryFolder('recall')
// Servers that end with this process must see it, as each row's folder.
chmodSync(folder, 0o755)
const { rivals, notes } = await rivalsFor(only === '')
const outcomes = await tryAll(rivals)
const names = rows.map(({ name }) => name)
if (only === '') {
  const columns = rivals.map(({ name }) => name)
  const results = { outcomes, families, rivals: columns, gaps: knownGaps, notes: [...notes, ...versionNotes(rows)] }
  writeFileSync('docs/recall-matrix.md', recallMarkdown(results))
  process.stdout.write('wrote docs/recall-matrix.md\n')
}
const problems = [...problemsOf(outcomes, knownGaps), ...strayGaps(knownGaps, names)]
for (const problem of problems) process.stdout.write(`RED ${problem}\n`)
process.exitCode = problems.length === 0 ? 0 : 1

async function tryAll(rivals: readonly Rival[]): Promise<Outcome[]> {
  await using shared = new Shared(folder)
  const outcomes: Outcome[] = []
  for (const row of chosen) {
    const started = performance.now()
    const outcome = await tryRow(row, folder, shared, rivals)
    outcomes.push(outcome)
    process.stdout.write(`${wordOf(outcome).padEnd(9)} ${row.name} (${Math.round(performance.now() - started)} ms)\n`)
  }
  return outcomes
}

function wordOf({ result }: Outcome): string {
  if ('notMade' in result) return 'not made'
  return 'failed' in result ? 'failed' : result.sight
}

async function rivalsFor(all: boolean): Promise<{ rivals: Rival[]; notes: string[] }> {
  const texts = [planted.text, planted.text.slice(0, 20), planted.text.slice(-20)]
  const rivals = [ripgrep(texts), ripgrep(texts, '-z')]
  const notes = [ripgrepName()]
  if (!all) return { rivals, notes }
  const place = join(folder, 'yara-x')
  mkdirSync(place)
  const yara = await yaraX(texts, place)
  if ('absent' in yara) notes.push(yara.absent)
  else rivals.push(yara)
  return { rivals, notes }
}
