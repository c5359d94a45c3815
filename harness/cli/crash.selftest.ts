import { execFileSync } from 'node:child_process'
import { cp, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { lethe, startLethe, temporaryFolder } from '../../fixtures/lethe-process.ts'
import { whyNotFull } from '../deployment/full-folder.ts'
import { configure, run, server, started, verdictAt } from './small-deployment.suite.ts'

/** Why this machine lets nobody mount, or null. */
const NO_MOUNT = await whyNotFull()

/** Streams without end, and dumps the requests that are being answered when it is asked to end. */
const DUMPING = server(`
  global.open ??= new Set()
  if (!process.listenerCount('SIGTERM')) process.on('SIGTERM', () => {
    if (open.size > 0) fs.writeFileSync('open-requests', [...open].join())
    process.exit(0)
  })
  if (JSON.parse(body).stream) {
    open.add(body)
    response.on('close', () => open.delete(body))
    return response.writeHead(200).write('data: {}')
  }`)

const traffic = (crashes: string | string[]) => ({ faults: 'none', timeout: '2s', crashes })

test('what is written as the deployment ends in mid-request is found, by the canaries of the request that the crash met', async () => {
  await using folder = await temporaryFolder()
  const config = await configure(folder.path, started(DUMPING), { traffic: traffic(['terminate']) })
  const { code, out, results, stderr } = await run(folder.path, config, '--inconclusive=warn')
  expect(code, stderr).toBe(1)
  expect(verdictAt(results, 'DI-INPUT-1', 'disk:work')?.verdict).toBe('fail')
  expect(results?.notes).not.toContainEqual(expect.stringContaining('Incident'))
  expect(results?.traffic.faults).toMatchObject({ 'crash-terminate': 2 })
  const sightings = (await readFile(join(out, 'sightings.ndjson'), 'utf8')).trim().split('\n')
  const payloads = sightings.map(line => JSON.parse(line)).filter(({ role }) => role === 'payload')
  expect(payloads.every(({ place }) => place.path.endsWith('/open-requests'))).toBe(true)
  const sighted = new Set(payloads.map(({ canary }) => canary))
  const exchanges = (await readFile(join(out, 'exchanges.ndjson'), 'utf8')).trim().split('\n')
  const leaked = exchanges
    .map(line => JSON.parse(line))
    .filter(({ carried }) => carried.some((id: string) => sighted.has(id)))
  expect(leaked).toMatchObject([{ variant: 'streamed', fault: 'crash-terminate' }])
})

test('a clean deployment that begins its log anew at each start passes through all crashes', async () => {
  await using folder = await temporaryFolder()
  const [node = '', flag = '', script = ''] = server()
  const logging = `require('node:fs').writeFileSync('app.log', '{"level":"info"}\\n');${script}`
  const config = await configure(folder.path, started([node, flag, logging]), {
    traffic: traffic('all'),
    sinks: [
      { kind: 'disk', name: 'work', path: '${work}' },
      { kind: 'log-file', name: 'app', path: '${work}/app.log' },
    ],
  })
  const { code, results, stderr } = await run(folder.path, config, '--inconclusive=warn')
  expect(code, stderr).toBe(0)
  expect(verdictAt(results, 'DI-INPUT-1', 'disk:work')?.verdict).toBe('pass')
  const log = results?.coverage.filter(({ sink }) => sink === 'log:app')
  expect(log?.map(({ control, incomplete }) => [control.recovered, incomplete])).toEqual(Array(3).fill([true, []]))
  const scans = results?.coverage.filter(({ sink }) => sink === 'disk:work').map(({ scan }) => scan)
  expect(scans).toEqual(['after-traffic', 'after-crash', 'after-stop'])
  expect(results?.traffic.faults).toMatchObject({ 'crash-kill': 2, 'crash-segfault': 2, 'crash-terminate': 2 })
})

test('a deployment that does not come up again turns its clauses inconclusive, with the reason', async () => {
  await using folder = await temporaryFolder()
  const [node = '', flag = '', script = ''] = server()
  const once = `const { existsSync, writeFileSync } = require('node:fs')
    if (existsSync('lock')) process.exit(3)
    writeFileSync('lock', '');${script}`
  const config = await configure(folder.path, started([node, flag, once]), { traffic: traffic(['kill']) })
  const { code, results } = await run(folder.path, config, '--inconclusive=warn')
  expect(code).toBe(3)
  expect(verdictAt(results, 'DI-INPUT-1', 'disk:work')).toMatchObject({
    verdict: 'inconclusive',
    reason: expect.stringContaining('did not come up again after openai.chat plain with crash-kill'),
  })
})

test('a full disk under the run folder: 4, and what was recorded can be judged', async () => {
  test.skip(NO_MOUNT !== null, NO_MOUNT ?? '')
  await using folder = await temporaryFolder()
  const disk = join(folder.path, 'disk')
  await mkdir(disk)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'lethe-crash-selftest', disk])
  try {
    const config = await configure(folder.path, started(server()), { traffic: { faults: 'none', repeat: 100 } })
    const out = join(disk, 'run')
    const { code, stderr } = await lethe('run', '--config', config, '--out', out)
    expect(code, stderr).toBe(4)
    expect(stderr).toContain('can no longer be recorded')
    await cp(out, join(folder.path, 'copy'), { recursive: true })
    expect((await lethe('judge', join(folder.path, 'copy'))).code).toBe(3)
  } finally {
    execFileSync('umount', ['-l', disk])
  }
})

for (const signal of ['SIGINT', 'SIGKILL'] as const) {
  test(`a folder that is full when Lethe gets ${signal} is given back`, async () => {
    test.skip(NO_MOUNT !== null, NO_MOUNT ?? '')
    await using folder = await temporaryFolder()
    const holding = server(`
      if (body.length > 1e6) return fs.writeFileSync(${JSON.stringify(join(folder.path, 'pid'))}, String(process.pid))`)
    const config = await configure(folder.path, started(holding), {
      traffic: { faults: 'none', timeout: '60s', crashes: ['disk-full'] },
    })
    const args = ['run', '--config', config, '--out', join(folder.path, 'run')]
    const { child, finished } = startLethe(args, { env: { TMPDIR: folder.path } })
    const pid = () => readFile(join(folder.path, 'pid'), 'utf8').catch(() => '')
    await expect.poll(pid, { timeout: 120_000 }).not.toBe('')
    const mounts = () => readFile('/proc/self/mounts', 'utf8')
    expect(await mounts()).toContain(folder.path)
    child.kill(signal)
    await finished
    await expect.poll(mounts, { timeout: 20_000 }).not.toContain(folder.path)
    // Whoever is killed cannot end what it started.
    if (signal === 'SIGKILL') process.kill(Number(await pid()), 'SIGKILL')
    else expect(child.exitCode).toBe(130)
  })
}
