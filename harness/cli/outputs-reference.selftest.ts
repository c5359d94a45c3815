import { randomUUID } from 'node:crypto'
import { expect, test } from '@playwright/test'
import pg from 'pg'
import { temporaryFolder } from '../../fixtures/lethe-process.ts'
import { referenceConfig } from '../../fixtures/reference/reference-config.ts'
import { startPostgresCluster } from '../../fixtures/services/postgres-cluster.ts'
import { openaiUpstream } from '../../fixtures/upstreams/openai.ts'
import { Config } from '../deployment/config.ts'
import type { Finding, Results } from '../model/finding.ts'
import type { Respond, Service } from '../model/service.ts'
import { loadProfile } from '../profile/load.ts'
import { prose } from '../scan/fingerprints/fingerprints.suite.ts'
import { execute } from './execute.ts'
import { judged } from './judge.ts'
import { silentProgress } from './progress.ts'

/** The reference behind which a model answers that is not ours: what it says, nobody chose. `keep` is told each answer. */
async function runReference(keep: (answer: string, databaseUrl: string) => Promise<void>): Promise<Results> {
  await using folder = await temporaryFolder()
  const signal = new AbortController().signal
  const cluster = await startPostgresCluster(signal)
  try {
    const database = cluster.database()
    let url = ''
    const watched: Service = {
      start: async context => {
        const running = await database.start(context)
        url = running.url
        return running
      },
    }
    const kept: Promise<void>[] = []
    const respond: Respond = () => {
      const text = prose(randomUUID(), 900)
      kept.push(keep(text, url))
      return { kind: 'answer', text }
    }
    const upstream: Service = { start: context => openaiUpstream().start({ ...context, respond }) }
    const config = Config.parse({
      ...referenceConfig({ database: watched }),
      services: { database: watched, upstream },
    })
    const profile = await loadProfile('deepinfra')
    const policy = { inconclusive: config.inconclusive, failOn: config.failOn }
    const out = { under: folder.path }
    const run = await execute({ config, sha256: '', profile, policy, out, progress: silentProgress, signal })
    await Promise.all(kept)
    return (await judged(run, {})).results
  } finally {
    await cluster.stop()
  }
}

function outputs({ findings }: Results): Finding[] {
  return findings.filter(
    ({ clause, sink, verdict }) => clause === 'DI-OUTPUT-1' && sink.includes(':') && verdict !== 'not-applicable',
  )
}

/** Of memory, outputs are judged where they carry canaries; a place that is not there, such as swap space, shows nothing. */
function shows({ medium, absent }: Results['coverage'][number]): boolean {
  return medium !== 'memory' && absent === undefined
}

const DISKS = ['work', 'home', 'tmp', 'writes', 'deleted', 'dumps'].map(name => `disk:${name} pass`)

test('the reference with a model of somebody else keeps no output, and that is shown', async () => {
  const results = await runReference(async () => {})
  expect(results.findings.filter(({ verdict }) => verdict === 'fail')).toEqual([])
  const unshown = results.coverage.filter(one => shows(one) && one.control.fingerprinted !== true)
  expect(unshown.map(({ sink, scan }) => `${sink} ${scan}`)).toEqual([])
  expect(outputs(results).map(({ sink, verdict }) => `${sink} ${verdict}`)).toEqual([
    ...DISKS,
    'database:postgres pass',
  ])
})

test('answers of somebody else that end up in the database of the deployment are found there, and there alone', async () => {
  const results = await runReference(async (answer, url) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query('CREATE TABLE IF NOT EXISTS completions (id uuid, body jsonb)').catch(() => {})
    await client.query('INSERT INTO completions VALUES ($1, $2)', [randomUUID(), JSON.stringify({ answer })])
    await client.end()
  })
  expect(outputs(results).map(({ sink, verdict }) => `${sink} ${verdict}`)).toEqual([
    ...DISKS,
    'database:postgres fail',
  ])
  const failed = outputs(results).find(({ verdict }) => verdict === 'fail')
  expect(failed?.sightings[0]).toMatchObject({ role: 'output', place: { kind: 'cell', table: 'completions' } })
})
