import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from '@playwright/test'
import { temporaryFolder } from '../../fixtures/lethe-process.ts'
import { configure, resultsIn, started, verdictAt } from './small-deployment.suite.ts'

const NOBODY = 65_534
const isRoot = process.getuid?.() === 0
const MEND = 'Run Lethe as root'
/** Without any right that root has: setpriv(1), capabilities(7). */
const AS_NOBODY = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--inh-caps=-all']

/** Gives each connection to a process that ends with it, so that nothing of a request is in memory afterwards. */
const FORGETFUL = `
  const { fork } = require('node:child_process'), http = require('node:http'), net = require('node:net')
  const answer = { id: 'chat-1', object: 'chat.completion', created: 1, model: 'm',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hello' } }] }
  const serve = (request, response) => request.resume().on('end', () => {
    if (request.method !== 'POST') return response.writeHead(404, { connection: 'close' }).end()
    response.writeHead(200, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(answer))
  })
  if (process.send === undefined) {
    net.createServer({ pauseOnConnect: true }, socket => {
      socket.on('error', () => {})
      fork(__filename).send('serve', socket)
    }).listen(Number(process.env.PORT), '127.0.0.1')
  } else {
    process.once('disconnect', () => process.exit())
    process.once('message', (_, socket) => {
      socket.on('close', () => process.exit())
      http.createServer(serve).emit('connection', socket)
    })
  }`

/** What proc_swaps(5) lists below its head. */
const hasSwap = () => readFileSync('/proc/swaps', 'utf8').trim().split('\n').length > 1

/** Runs Lethe as nobody; where the tests do not run as root, as who they run as. */
async function runUnprivileged(args: readonly string[], home: string) {
  const lethe = [process.execPath, resolve('bin/lethe.ts'), ...args]
  const [command = '', ...rest] = isRoot ? [...AS_NOBODY, ...lethe] : lethe
  const env = { PATH: process.env.PATH, TMPDIR: home }
  const child = spawn(command, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  }
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, said }
}

/** A folder in which a deployment of nobody's may be configured, and its home in it. */
async function prepare(folder: string) {
  const paths = { image: join(folder, 'image'), script: join(folder, 'server.cjs'), home: join(folder, 'home') }
  await writeFile(paths.image, 'not for everybody', { mode: 0o000 })
  await writeFile(paths.script, FORGETFUL)
  await mkdir(paths.home)
  if (isRoot) {
    await chmod(folder, 0o755)
    await chown(paths.home, NOBODY, NOBODY)
  }
  return paths
}

test('a user without rights: all sinks come to their end, what needs more is open with the mend, 3', async () => {
  await using folder = await temporaryFolder()
  const { image, script, home } = await prepare(folder.path)
  const config = await configure(folder.path, started([process.execPath, script]), {
    sinks: [
      { kind: 'disk', name: 'work', path: '${work}' },
      { kind: 'disk-writes', paths: ['${work}', '${tmp}'] },
      { kind: 'disk-deleted' },
      { kind: 'disk-raw', path: image },
      { kind: 'disk-swap' },
      { kind: 'disk-dumps' },
      { kind: 'memory' },
    ],
  })
  const run = join(home, 'run')
  const { code, said } = await runUnprivileged(['run', '--config', config, '--out', run], home)
  expect(code, said).toBe(3)

  const results = await resultsIn(run)
  const at = (sink: string) => verdictAt(results, 'DI-INPUT-1', sink)
  for (const sink of ['disk:work', 'disk:deleted', 'disk:dumps'])
    expect(at(sink), sink).toMatchObject({ verdict: 'pass', tier: 'T0' })
  const raw = { verdict: 'inconclusive', reason: expect.stringContaining(image), mend: expect.stringContaining(MEND) }
  expect(at('disk:raw')).toMatchObject(raw)
  expect(at('disk:swap')).toMatchObject(
    hasSwap() ? { verdict: 'inconclusive', mend: expect.stringMatching(/root/) } : { verdict: 'not-applicable' },
  )
  // It sees less, and passes or not by what it has: what it lacks is said with the capability that would mend it.
  const writes = results.coverage.filter(({ sink }) => sink === 'disk:writes')
  expect(writes.map(({ tier }) => tier)).toEqual(['T0', 'T0'])
  for (const { skipped } of writes) expect(JSON.stringify(skipped)).toContain('CAP_SYS_ADMIN')
  expect(verdictAt(results, 'DI-INPUT-2', 'memory:process')).toMatchObject({
    verdict: 'inconclusive',
    tier: 'T0',
    mend: expect.any(String),
  })
  expect(results.findings.filter(({ verdict }) => verdict === 'fail')).toEqual([])

  expect(said.replaceAll(/\s+/g, ' ')).toContain(MEND)
  expect(await readFile(join(run, 'report.html'), 'utf8')).toContain(MEND)
})
