import { existsSync, readFileSync } from 'node:fs'
import { chmod, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { lethe, startLethe, temporaryFolder } from '../../fixtures/lethe-process.ts'
import { configure, resultsIn, run, server, started, verdictAt } from './small-deployment.suite.ts'

test('a clean deployment: 3 by default, 0 when inconclusive only warns; judged again elsewhere, the same to the byte', async () => {
  await using folder = await temporaryFolder()
  const config = await configure(folder.path, started(server()))
  const { code, out, results, stderr } = await run(folder.path, config, '--inconclusive=warn')
  expect(code, stderr).toBe(0)
  expect(verdictAt(results, 'DI-INPUT-1', 'disk:work')?.verdict).toBe('pass')
  const copy = join(folder.path, 'elsewhere')
  await cp(out, copy, { recursive: true })
  await rm(join(copy, 'results.json'))
  await rm(out, { recursive: true })
  expect((await lethe('judge', copy)).code).toBe(0)
  const again = await readFile(join(copy, 'results.json'))
  expect((await lethe('judge', copy, '--inconclusive=fail')).code).toBe(3)
  expect((await lethe('judge', copy)).code).toBe(0)
  expect(await readFile(join(copy, 'results.json'))).toEqual(again)
  expect(JSON.parse(again.toString())).toEqual(results)
})

test('a leak: 1, with the place', async () => {
  await using folder = await temporaryFolder()
  const config = await configure(folder.path, started(server(`fs.appendFileSync('kept.json', body)`)))
  const { code, results, stdout } = await run(folder.path, config, '--inconclusive=warn')
  expect(code).toBe(1)
  expect(verdictAt(results, 'DI-INPUT-1', 'disk:work')).toMatchObject({
    verdict: 'fail',
    sightings: expect.arrayContaining([
      expect.objectContaining({ place: { kind: 'file', path: expect.stringMatching(/kept\.json$/) } }),
    ]),
  })
  expect(stdout).toContain('kept.json')
})

test('a control that does not come back turns its sink inconclusive', async () => {
  await using folder = await temporaryFolder()
  const wipe = `for (const name of fs.readdirSync('.')) fs.rmSync(name, { recursive: true })`
  const config = await configure(folder.path, started(server(wipe)))
  const { code, results } = await run(folder.path, config)
  expect(code).toBe(3)
  expect(verdictAt(results, 'DI-INPUT-1', 'disk:work')).toMatchObject({
    verdict: 'inconclusive',
    reason: expect.stringContaining('not recovered'),
  })
})

test('a sink that is not there turns its clause inconclusive, with what to do', async () => {
  await using folder = await temporaryFolder()
  const config = await configure(folder.path, started(server()), {
    sinks: [{ kind: 'disk', name: 'gone', path: join(folder.path, 'gone') }],
  })
  const { code, results } = await run(folder.path, config)
  expect(code).toBe(3)
  expect(verdictAt(results, 'DI-INPUT-1', 'disk:gone')).toMatchObject({
    verdict: 'inconclusive',
    mend: expect.stringMatching(/./),
  })
})

test('a sink whose permission was taken away turns its clause inconclusive: 3, never a pass', async () => {
  await using folder = await temporaryFolder()
  const data = join(folder.path, 'data')
  await mkdir(join(data, 'inner'), { recursive: true })
  const config = await configure(folder.path, started(server()), {
    sinks: [{ kind: 'disk', name: 'data', path: data }],
  })
  for (const locked of [data, join(data, 'inner')]) {
    await chmod(locked, 0)
    const out = join(folder.path, `run-${locked.length}`)
    const { code, stderr } = await startLethe(['run', '--config', config, '--out', out], { unprivileged: true })
      .finished
    await chmod(locked, 0o700)
    expect(code, stderr).toBe(3)
    expect(verdictAt(await resultsIn(out), 'DI-INPUT-1', 'disk:data')?.verdict).toBe('inconclusive')
  }
})

test('a database that is down turns its clause inconclusive', async () => {
  await using folder = await temporaryFolder()
  const sinks = [{ kind: 'postgres', name: 'db', url: 'postgres://nobody:x@127.0.0.1:1/none' }]
  const { code, results } = await run(folder.path, await configure(folder.path, started(server()), { sinks }))
  expect(code).toBe(3)
  expect(verdictAt(results, 'DI-INPUT-1', 'database:db')?.verdict).toBe('inconclusive')
})

const bad: readonly (readonly [string, string[], RegExp])[] = [
  ['does not start', [process.execPath, '-e', 'process.exit(5)'], /exited with code 5/],
  ['dies in mid-run', server(`if (global.seen) process.exit(9); global.seen = true`), /exited with code 9/],
  ['answers garbage', server(`return response.end('<html>')`), /No exchange of surface openai.chat/],
  ['never answers', server('return'), /No exchange of surface openai.chat/],
]
for (const [how, command, why] of bad) {
  test(`a deployment that ${how}: ends in bounded time, the run is kept, its clauses are inconclusive`, async () => {
    await using folder = await temporaryFolder()
    const { code, out, results } = await run(
      folder.path,
      await configure(folder.path, started(command)),
      '--inconclusive=warn',
    )
    expect(code).toBe(3)
    expect(verdictAt(results, 'DI-INPUT-1', 'disk:work')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(why),
    })
    expect((await lethe('judge', out)).code).toBe(3)
  })
}

test('a traffic budget that is spent is said, and is never a pass', async () => {
  await using folder = await temporaryFolder()
  const traffic = { faults: 'none', repeat: 10_000, budget: '1s' }
  const { code, results } = await run(folder.path, await configure(folder.path, started(server()), { traffic }))
  expect(code).toBe(3)
  expect(results?.counts.answered).toBeGreaterThan(0)
  expect(verdictAt(results, 'DI-INPUT-1', 'disk:work')).toMatchObject({
    verdict: 'inconclusive',
    reason: expect.stringContaining('budget'),
  })
})

test('an external deployment that nobody started is said, and the run is kept', async () => {
  await using folder = await temporaryFolder()
  const config = await configure(folder.path, { driver: 'external', baseUrl: 'http://127.0.0.1:1' }, { sinks: [] })
  const { code, results } = await run(folder.path, config, '--inconclusive=warn')
  expect(code).toBe(3)
  expect(results?.notes.join()).toContain('did not answer')
})

test('Ctrl-C: 130, every child is gone, the run is kept and can be judged', async () => {
  await using folder = await temporaryFolder()
  const config = await configure(folder.path, started(server(`fs.writeFileSync('pid', String(process.pid)); return`)), {
    traffic: { faults: 'none', timeout: '30s' },
  })
  const out = join(folder.path, 'run')
  const { child, finished } = startLethe(['run', '--config', config, '--out', out], { env: { TMPDIR: folder.path } })
  const deployment = await expect
    .poll(
      async () =>
        (await readdir(folder.path)).find(
          name => name.startsWith('lethe-deployment-') && existsSync(join(folder.path, name, 'work/pid')),
        ),
      { timeout: 60_000 },
    )
    .toBeTruthy()
    .then(async () =>
      join(folder.path, (await readdir(folder.path)).find(name => name.startsWith('lethe-deployment-')) ?? ''),
    )
  const pid = Number(readFileSync(join(deployment, 'work/pid'), 'utf8'))
  child.kill('SIGINT')
  const { code, stdout } = await finished
  expect(code).toBe(130)
  expect(stdout).toContain(out)
  expect(existsSync(`/proc/${pid}/exe`)).toBe(false)
  expect(existsSync(deployment)).toBe(false)
  expect((await resultsIn(out)).exitCode).toBe(3)
  expect((await lethe('judge', out)).code).toBe(3)
})

test('a run folder is never written over', async () => {
  await using folder = await temporaryFolder()
  await mkdir(join(folder.path, 'run'))
  await writeFile(join(folder.path, 'run/mine'), 'kept')
  const { code } = await run(folder.path, await configure(folder.path, started(server())))
  expect(code).toBe(2)
  expect(await readFile(join(folder.path, 'run/mine'), 'utf8')).toBe('kept')
})

test('an external deployment whose data folder is declared', async () => {
  await using folder = await temporaryFolder()
  const data = join(folder.path, 'data')
  await mkdir(data)
  const external = createServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json')
      response.end(
        JSON.stringify({
          id: 'c',
          object: 'chat.completion',
          created: 1,
          model: 'm',
          choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hello' } }],
        }),
      )
    })
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => external.once('listening', resolve))
  const { port } = external.address() as { port: number }
  const config = await configure(
    folder.path,
    { driver: 'external', baseUrl: `http://127.0.0.1:${port}` },
    { sinks: [{ kind: 'disk', path: data }] },
  )
  const { code, results, stderr } = await run(folder.path, config, '--inconclusive=warn')
  external.close()
  expect(code, stderr).toBe(0)
  expect(verdictAt(results, 'DI-INPUT-1', 'disk:data')?.verdict).toBe('pass')
  expect(await readdir(data)).toEqual([])
})
