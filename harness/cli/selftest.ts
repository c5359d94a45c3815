import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Mutant } from '../../fixtures/mutants/mutant.ts'
import { mutants } from '../../fixtures/mutants/registry.ts'
import { referenceConfig } from '../../fixtures/reference/reference-config.ts'
import { type PostgresCluster, startPostgresCluster } from '../../fixtures/services/postgres-cluster.ts'
import { Config, type ConfigInput } from '../deployment/config.ts'
import { EXIT, type ExitCode, LetheError } from '../model/error.ts'
import type { Finding } from '../model/finding.ts'
import { type LoadedProfile, loadProfile } from '../profile/load.ts'
import { execute } from './execute.ts'
import { interruption } from './interrupt.ts'
import { judged } from './judge.ts'
import { print } from './output.ts'
import { silentProgress } from './progress.ts'

/** Runs wait for time-outs and quiet for most of their time, so a few share the machine well. */
const AT_ONCE = 3

/** How one mutant and its twin came out. */
interface Score {
  readonly name: string
  readonly catalogue: number | null
  readonly clause: string
  readonly sink: string
  /** the clause failed at the sink where the leak shows */
  readonly caught: boolean
  /** the twin violates nothing, and passes where its mutant fails */
  readonly twinSilent: boolean
}

/** A mutant that cannot leak on this machine, and why. */
interface NotRun {
  readonly name: string
  readonly reason: string
}

interface Scorecard {
  readonly mutants: readonly Score[]
  readonly notRun: readonly NotRun[]
  readonly reference: { readonly falseAlarms: number; readonly inconclusive: readonly string[] }
}

/**
 * `lethe selftest`: the tester tested on planted leaks. 0 when all are caught and all twins silent, else 4. Those that
 * cannot leak on this machine are not run, which is said.
 */
export async function selftestCommand(names: readonly string[], flags: { readonly json?: boolean }): Promise<ExitCode> {
  const chosen = names.length === 0 ? mutants : names.map(named)
  const card = await withBench(bench => score(chosen, bench, flags.json === true ? () => {} : print))
  if (flags.json === true) print(`${JSON.stringify(card)}\n`)
  const good = card.mutants.every(({ caught, twinSilent }) => caught && twinSilent) && card.reference.falseAlarms === 0
  return good ? EXIT.pass : EXIT.harness
}

/** What the runs of one selftest share: a database cluster, a folder for the runs, the profile. */
interface Bench {
  readonly cluster: PostgresCluster
  readonly folder: string
  readonly profile: LoadedProfile
  readonly signal: AbortSignal
}

async function withBench<T>(work: (bench: Bench) => Promise<T>): Promise<T> {
  const signal = interruption()
  const folder = await mkdtemp(join(tmpdir(), 'lethe-selftest-'))
  const cluster = await startPostgresCluster(signal)
  try {
    return await work({ cluster, folder, profile: await loadProfile('deepinfra'), signal })
  } finally {
    await cluster.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function score(chosen: readonly Mutant[], bench: Bench, say: (line: string) => void): Promise<Scorecard> {
  const reference = scoreReference(bench, say)
  const notRun = chosen.flatMap(({ name, obstacle }) => obstacleTo(name, obstacle?.() ?? null))
  for (const { name, reason } of notRun) say(`not run  ${name}  ${reason}\n`)
  const queue = chosen.filter(({ name }) => !notRun.some(one => one.name === name)).entries()
  const scores: Score[] = []
  const work = async () => {
    for (const [index, mutant] of queue) {
      const one = await scoreMutant(mutant, bench)
      scores[index] = one
      say(lineOf(one, mutant))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return { mutants: scores, notRun, reference: await reference }
}

function obstacleTo(name: string, reason: string | null): NotRun[] {
  return reason === null ? [] : [{ name, reason }]
}

function lineOf({ caught, twinSilent, name, clause, sink }: Score, { disguise }: Mutant): string {
  const outcome = [caught ? 'caught' : 'MISSED', twinSilent ? 'twin silent' : 'TWIN ALARMS', name].join('  ')
  return `${outcome}  ${clause} at ${sink}${disguise === null ? '' : `  (${disguise})`}\n`
}

async function scoreReference(bench: Bench, say: (line: string) => void): Promise<Scorecard['reference']> {
  const findings = await findingsOf(referenceConfig({ database: bench.cluster.database() }), bench)
  const of = (verdict: Finding['verdict']) => findings.filter(finding => finding.verdict === verdict)
  const inconclusive = [...new Set(of('inconclusive').map(({ clause }) => clause))]
  say(
    `reference: ${of('fail').length} false alarms, ${of('pass').length} passed, ${inconclusive.length} clauses with something inconclusive\n`,
  )
  return { falseAlarms: of('fail').length, inconclusive }
}

async function scoreMutant(mutant: Mutant, bench: Bench): Promise<Score> {
  const { name, catalogue, clause, sink } = mutant
  const run = (mode: 'leaking' | 'fixed') =>
    findingsOf(referenceConfig({ database: bench.cluster.database(), variant: { mutant, mode } }), bench)
  const verdictOf = (findings: readonly Finding[]) =>
    findings.find(finding => finding.clause === clause && finding.sink === sink)?.verdict
  const [leaking, fixed] = await Promise.all([run('leaking'), run('fixed')])
  const twinSilent = verdictOf(fixed) === 'pass' && fixed.every(({ verdict }) => verdict !== 'fail')
  return { name, catalogue, clause, sink, caught: verdictOf(leaking) === 'fail', twinSilent }
}

async function findingsOf(input: ConfigInput, { folder, profile, signal }: Bench): Promise<readonly Finding[]> {
  const config = Config.parse(input)
  const policy = { inconclusive: config.inconclusive, failOn: config.failOn }
  const out = { under: folder }
  const run = await execute({ config, sha256: '', profile, policy, out, progress: silentProgress, signal })
  signal.throwIfAborted()
  const { results } = await judged(run, {})
  if (results.invalid.length > 0)
    throw new LetheError(
      'HARNESS',
      `${config.name}: ${results.invalid.join(' ')}`,
      'Run the selftest again; then look for where decoys come from.',
    )
  return results.findings
}

function named(name: string): Mutant {
  const mutant = mutants.find(one => one.name === name)
  if (mutant !== undefined) return mutant
  throw new LetheError('USAGE', `There is no mutant "${name}".`, `Known: ${mutants.map(one => one.name).join(', ')}.`)
}
