import { expect, test } from '@playwright/test'
import { temporaryFolder } from '../../fixtures/lethe-process.ts'
import { configure, run, server, started, verdictAt } from './small-deployment.suite.ts'

const isRoot = process.getuid?.() === 0
const sinks = [{ kind: 'disk-writes', paths: ['${work}'], channel: 'fanotify' }]

/** A server that keeps something of each request for as long as it takes to answer. */
const spooling = (what: string) => server(`fs.writeFileSync('spool', ${what}); fs.unlinkSync('spool')`)

test('a body that was on disk for an instant: 1, with file and process; its twin spools a hash and passes', async () => {
  test.skip(!isRoot, 'fanotify can mark file systems for root alone')
  await using folder = await temporaryFolder()
  const leaking = await run(folder.path, await configure(folder.path, started(spooling('body')), { sinks }))
  expect(leaking.code, leaking.stderr).toBe(1)
  expect(verdictAt(leaking.results, 'DI-INPUT-1', 'disk:writes')).toMatchObject({
    verdict: 'fail',
    tier: 'T1',
    sightings: expect.arrayContaining([
      expect.objectContaining({
        scan: 'during-traffic',
        place: {
          kind: 'file',
          path: expect.stringMatching(/\/work\/spool$/),
          by: { pid: expect.any(Number), name: 'node' },
        },
      }),
    ]),
  })
  await using twins = await temporaryFolder()
  const hash = `require('node:crypto').createHash('sha256').update(body).digest('hex')`
  const twin = await run(
    twins.path,
    await configure(twins.path, started(spooling(hash)), { sinks }),
    '--inconclusive=warn',
  )
  expect(twin.code, twin.stderr).toBe(0)
  expect(verdictAt(twin.results, 'DI-INPUT-1', 'disk:writes')?.verdict).toBe('pass')
})
