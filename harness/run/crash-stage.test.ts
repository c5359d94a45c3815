import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import { Config } from '../deployment/config.ts'
import { createDriver } from '../deployment/drivers/registry.ts'
import { whyNotFull } from '../deployment/full-folder.ts'
import { Launch } from '../deployment/launch.ts'
import { Stdio } from '../deployment/stdio.ts'
import type { Exchange } from '../model/exchange.ts'
import { DeploymentProcesses } from '../sinks/processes/deployment-processes.ts'
import { planCrashes } from '../traffic/crash.ts'
import { UpstreamReplies } from '../traffic/upstream-replies.ts'
import { driveCrashes } from './crash-stage.ts'

/** Why this machine lets nobody mount, or null. */
const NO_MOUNT = await whyNotFull()

/**
 * A chat API that notes in its home when it starts, when a request has come and how it was ended; never answers a plain
 * request, and streams without end. What comes to `TMPDIR` is written there.
 */
const CHAT = `
  const fs = require('node:fs'), { join } = require('node:path')
  const note = text => fs.appendFileSync(join(process.env.HOME, 'notes'), text + '\\n')
  note('start')
  process.on('SIGTERM', () => { note('SIGTERM'); process.exit(0) })
  require('node:http').createServer((request, response) => {
    let body = ''
    request.on('data', chunk => { body += chunk }).on('end', () => {
      if (request.method !== 'POST') return response.end()
      const { stream } = JSON.parse(body)
      note(stream ? 'stream' : 'plain')
      if (body.length > 1e6) {
        try { fs.writeFileSync(join(process.env.TMPDIR, 'spool'), body) } catch (error) { note(error.code) }
        return response.writeHead(507).end()
      }
      if (!stream) return
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      setInterval(() => response.write('data: {"id":"c","choices":[{}]}\\n\\n'), 5)
    })
  }).listen(Number(process.env.PORT), '127.0.0.1')`

interface Result {
  readonly crashed: Awaited<ReturnType<typeof driveCrashes>>
  readonly exchanges: readonly Exchange[]
  readonly notes: string
  /** what lay in the temporary folder before the deployment was stopped */
  readonly spool: number | null
}

async function crash(
  script: string,
  crashes: readonly string[],
  { budgetMs = 60_000, hasUpstream = false, wrapper = [] as readonly string[] } = {},
): Promise<Result> {
  const config = Config.parse({
    name: 'test',
    deployment: {
      driver: 'process',
      command: [process.execPath, '-e', script],
      env: { PORT: '${port}' },
    },
    surfaces: [{ surface: 'openai.chat' }],
  })
  const launch = new Launch()
  launch.wrapIn(wrapper)
  const { signal } = new AbortController()
  const driver = createDriver(config.deployment, new Stdio(), launch, signal)
  const processes = new DeploymentProcesses({ pids: () => driver.roots(), mark: launch.mark })
  const mint = new Mint(RunKey.fromHex('24'.repeat(32)))
  const exchanges: Exchange[] = []
  const placeholders = await driver.prepare()
  try {
    await driver.start(placeholders)
    const crashed = await driveCrashes(planCrashes({ surfaces: config.surfaces, crashes, obstacle: null }).crashes, {
      traffic: {
        baseUrl: `http://127.0.0.1:${placeholders.port}`,
        credentials: {},
        headers: {},
        size: 400,
        timeoutMs: 20_000,
        stallTimeoutMs: 20_000,
        budgetMs,
        before: 0,
        mint: about => mint.mint(about),
        replies: hasUpstream ? new UpstreamReplies(about => mint.mint(about)) : null,
        keepOutput: null,
        record: exchange => void exchanges.push(exchange),
        onProgress: () => {},
        now: () => new Date(),
        signal,
      },
      driver,
      placeholders,
      pids: () => processes.members().map(({ pid }) => pid),
      recorded: () => 7 + exchanges.length,
      onCrash: () => {},
    })
    const spool = join(placeholders.tmp ?? '', 'spool')
    return {
      crashed,
      exchanges,
      notes: readFileSync(join(placeholders.home ?? '', 'notes'), 'utf8'),
      spool: existsSync(spool) ? readFileSync(spool).length : null,
    }
  } finally {
    await driver.stop()
    await driver.clean()
  }
}

test('ended in the midst of a request and of a stream by each signal, and up again each time', async () => {
  const { crashed, exchanges, notes } = await crash(CHAT, ['kill', 'segfault', 'terminate'])
  expect(crashed).toEqual({ times: 6, notDriven: [], incident: null })
  expect(exchanges.map(({ id, variant, fault, outcome }) => [id, variant, fault, outcome].join(' '))).toEqual([
    'x00008 plain crash-kill unreachable',
    'x00009 streamed crash-kill garbled',
    'x00010 plain crash-segfault unreachable',
    'x00011 streamed crash-segfault garbled',
    'x00012 plain crash-terminate unreachable',
    'x00013 streamed crash-terminate garbled',
  ])
  // What was sent may not be read when the signal comes; a chunk of a stream was.
  const sure = notes
    .trim()
    .split('\n')
    .filter(note => note !== 'plain')
  expect(sure).toEqual([
    ...['start', 'start', 'stream', 'start', 'start', 'stream'],
    ...['start', 'SIGTERM', 'start', 'stream', 'SIGTERM', 'start'],
  ])
})

test('a deployment that does not come up again is an incident, and the rest is not driven', async () => {
  const once = `if (require('node:fs').existsSync(process.env.HOME + '/notes')) process.exit(4); ${CHAT}`
  const { crashed, exchanges } = await crash(once, ['kill', 'terminate'])
  expect(crashed.incident).toMatch(
    /^did not come up again after openai.chat plain with crash-kill: .*exited with code 4/,
  )
  expect(crashed.notDriven.map(({ what }) => what)).toEqual(['openai.chat streamed with crash-kill', 'crash terminate'])
  expect(exchanges).toHaveLength(1)
})

test('a deployment that dies by itself of a request is an incident, not a crash of ours', async () => {
  const weak = CHAT.replace(`note(stream ? 'stream' : 'plain')`, 'process.exit(6)')
  const { crashed, exchanges } = await crash(weak, ['terminate'], { hasUpstream: true })
  expect(crashed).toMatchObject({
    times: 0,
    incident: 'exited with code 6 by itself, in the midst of openai.chat plain with crash-terminate',
  })
  expect(exchanges).toMatchObject([{ outcome: 'unreachable' }])
})

test('a spent budget ends it, and what is left is said', async () => {
  const { crashed, exchanges } = await crash(CHAT, ['kill', 'terminate'], { budgetMs: 1 })
  expect(crashed).toMatchObject({ times: 0, incident: null })
  expect(crashed.notDriven).toEqual([
    { what: 'crash kill', reason: 'The budget for traffic was spent.' },
    { what: 'crash terminate', reason: 'The budget for traffic was spent.' },
  ])
  expect(exchanges).toEqual([])
})

test('a full temporary folder: what was written until it was full is there afterwards, and no mount is left', async () => {
  test.skip(NO_MOUNT !== null, NO_MOUNT ?? '')
  const { crashed, exchanges, notes, spool } = await crash(CHAT, ['disk-full'])
  expect(crashed).toEqual({ times: 1, notDriven: [], incident: null })
  expect(exchanges).toMatchObject([{ variant: 'plain', fault: 'disk-full', outcome: 'failed', status: 507 }])
  expect(notes).toContain('ENOSPC')
  expect(spool).toBeGreaterThan(100_000)
  expect(spool).toBeLessThan(300_000)
  expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain('lethe-deployment-')
})

test('what traces the deployment is not ended with it, and tells how it died', async () => {
  test.skip(spawnSync('strace', ['-V']).error !== undefined, 'needs strace')
  const folder = await mkdtemp(join(tmpdir(), 'lethe-traced-'))
  try {
    const trace = join(folder, 'trace')
    const wrapper = ['strace', '-f', '-A', '-o', trace, '-e', 'trace=none']
    const { crashed } = await crash(CHAT, ['kill'], { wrapper })
    expect(crashed).toEqual({ times: 2, notDriven: [], incident: null })
    const deaths = readFileSync(trace, 'utf8').match(/\+\+\+ killed by SIGKILL/g) ?? []
    expect(deaths.length).toBeGreaterThanOrEqual(2)
  } finally {
    await rm(folder, { recursive: true })
  }
})
