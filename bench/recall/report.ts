import { cpus, release, type } from 'node:os'
import type { Outcome } from './matrix.ts'
import type { Family } from './row.ts'

/** What one run of the matrix found out. */
export interface Results {
  readonly outcomes: readonly Outcome[]
  readonly families: readonly Family[]
  /** names of the other tools, in the order of their columns */
  readonly rivals: readonly string[]
  readonly gaps: ReadonlyMap<string, string>
  /** versions of the tools that wrote the files, and what could not be had */
  readonly notes: readonly string[]
}

const SIGHTS = { found: '**found**', evidence: 'evidence', said: 'incomplete', missed: '—' }

/** docs/recall-matrix.md. */
export function recallMarkdown(results: Results): string {
  const { outcomes, families, gaps, notes } = results
  return `# Recall matrix

Written by \`npm run bench:recall\`, in one run: what of a canary is found in files that real encoders and tools wrote. Each row plants one canary in prose
and looks for it; its twin, the same files with a canary of another run, must be silent (${falseAlarms(outcomes)} false alarms).

**found**: Lethe names the canary. *evidence*: it sees a part that does not tell which canary, or not for certain. *Incomplete*: the scan says that
there is something that it did not read, which keeps a pass away. The others are given the canary's text and
both its halves of 20 characters, any of which counts: ripgrep with \`-a -F\`, the same with \`-z\`, and YARA-X with every modifier that it has
(\`ascii wide nocase\`, \`xor\`, \`base64 base64wide\`). Files are looked at from the outside: no tool was asked to open a database.

${totals(results)}

${families.map(family => section(family, results)).join('\n\n')}

## Known gaps

A gap that is found turns the run red until it is taken off this list; so does a row that is not found and not on it.

${[...gaps].map(([name, reason]) => `- **${name}**: ${reason}`).join('\n') || 'None.'}

## Machine

${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${type()} ${release()}, Node ${process.versions.node}.

${notes.map(note => `- ${note}`).join('\n')}
`
}

function totals({ outcomes, rivals }: Results): string {
  const made = outcomes.flatMap(({ row, result }) => ('sight' in result ? [{ row, result }] : []))
  const reached = made.filter(({ row, result }) => result.sight === (row.most ?? 'found')).length
  const lines = [
    `| Lethe | ${reached} |`,
    ...rivals.map(name => `| ${name} | ${made.filter(({ result }) => result.rivals.get(name) === true).length} |`),
  ]
  const notMade = outcomes.length - made.length
  return `${outcomes.length} rows, ${made.length} made${notMade > 0 ? `, ${notMade} not made` : ''}. Found:\n\n| | of ${made.length} |\n|---|---|\n${lines.join('\n')}`
}

function section({ title, rows }: Family, { outcomes, rivals, gaps }: Results): string {
  const lines = rows
    .flatMap(row => outcomes.filter(outcome => outcome.row === row))
    .map(line => rowOf(line, rivals, gaps))
  const head = ['Row', 'Written by', 'Lethe', ...rivals]
  return [`## ${title}`, '', `| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`, ...lines].join('\n')
}

function rowOf({ row, result }: Outcome, rivals: readonly string[], gaps: Results['gaps']): string {
  const begin = `| ${cell(row.name)} | ${cell(row.how)}`
  if ('notMade' in result) return `${begin} | not made: ${cell(result.notMade)} |${' |'.repeat(rivals.length)}`
  if ('failed' in result) return `${begin} | not made: it failed |${' |'.repeat(rivals.length)}`
  const ends = rivals.map(name => (result.rivals.get(name) === true ? 'found' : '—'))
  const gap = gaps.has(row.name) ? ' (known gap)' : ''
  const partly = result.sight !== 'said' && result.incomplete.length > 0 ? ', incomplete' : ''
  const most = row.most === result.sight ? ' (no more is left of it)' : ''
  return `${begin} | ${[`${SIGHTS[result.sight]}${partly}${most}${gap}`, ...ends].join(' | ')} |`
}

/** Text within a table: what would end the cell, or be markup, is escaped. */
function cell(text: string): string {
  return text.replaceAll(/[\\|<>*_`]/g, '\\$&').replaceAll(/\s+/g, ' ')
}

function falseAlarms(outcomes: readonly Outcome[]): number {
  return outcomes.reduce((sum, { result }) => sum + ('falseAlarms' in result ? result.falseAlarms.length : 0), 0)
}
