import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@playwright/test'
import { Config } from '../config.ts'
import { Launch } from '../launch.ts'
import { Stdio } from '../stdio.ts'
import { ProcessDriver } from './process.ts'

const SERVER = `require('node:http').createServer((_, r) => r.end('ok')).listen(process.env.PORT, '127.0.0.1');`

function declare(script: string, more: object = {}) {
  const deployment = {
    driver: 'process',
    command: [process.execPath, '-e', script],
    env: { PORT: '${port}' },
    stopWithin: '500ms',
    ...more,
  }
  const config = Config.parse({ name: 'test', deployment, surfaces: [{ surface: 'openai.chat' }] })
  if (config.deployment.driver !== 'process') throw new TypeError('not a process')
  return config.deployment
}

function drive(script: string, more: object = {}) {
  const stdio = new Stdio()
  const output = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    stdio.subscribe(
      stream,
      chunk => {
        output[stream] += Buffer.from(chunk).toString()
      },
      () => {
        output[stream] += '<end>'
      },
    )
  }
  const launch = new Launch()
  const driver = new ProcessDriver(declare(script, more), stdio, launch, new AbortController().signal)
  return { driver, stdio, launch, output }
}

test('starts in a fresh folder with its own HOME and TMPDIR, stops, and leaves nothing', async () => {
  const { driver, output } = drive(
    `${SERVER} console.log(process.cwd(), process.env.HOME, process.env.TMPDIR, Object.keys(process.env).sort().join())`,
  )
  const placeholders = await driver.prepare()
  await driver.start(placeholders)
  expect((await fetch(`http://127.0.0.1:${placeholders.port}/`)).status).toBe(200)
  await driver.stop()
  await driver.clean()
  const [cwd, home, tmp, names] = output.stdout.replace('<end>', '').trim().split(' ')
  expect([cwd, home, tmp]).toEqual([placeholders.work, placeholders.home, placeholders.tmp])
  expect(names?.split(',').filter(name => !['PWD', 'SHLVL', '_', 'OLDPWD'].includes(name))).toEqual([
    'HOME',
    'LETHE_DEPLOYMENT',
    'PATH',
    'PORT',
    'TMPDIR',
  ])
  expect(existsSync(String(placeholders.work))).toBe(false)
})

test('planted lines come through the deployment’s own descriptors, before anything of its own', async () => {
  const { driver, stdio, output } = drive(`${SERVER} console.log('own')`)
  stdio.plantAtStart('stdout', 'a "quoted" $line `here`')
  stdio.plantAtStart('stderr', 'to stderr')
  await driver.start(await driver.prepare())
  await driver.stop()
  await driver.clean()
  expect(output.stdout).toBe('a "quoted" $line `here`\nown\n<end>')
  expect(output.stderr).toBe('to stderr\n<end>')
})

test('what is added to the launch: a variable, a mark, a program that runs it', async () => {
  const { driver, launch, output } = drive(`${SERVER} console.log(process.env.EXTRA, process.env.LETHE_DEPLOYMENT)`)
  launch.setVariable('EXTRA', 'one')
  launch.wrapIn(['/usr/bin/env', 'EXTRA=two'])
  await driver.start(await driver.prepare())
  expect(driver.roots()).toHaveLength(1)
  await driver.stop()
  await driver.clean()
  expect(output.stdout).toBe(`two ${launch.mark.value}\n<end>`)
})

test('a deployment that exits before it is ready is said, with its last words', async () => {
  const { driver } = drive(`console.error('no such model'); process.exit(7)`)
  await expect(driver.start(await driver.prepare())).rejects.toMatchObject({
    code: 'DEPLOYMENT_START',
    message: /exited with code 7 before it was ready.*no such model/,
  })
  await driver.stop()
  await driver.clean()
})

test('a program that is not there is said', async () => {
  const { driver } = drive('', { command: ['/no/such/program'] })
  await expect(driver.start(await driver.prepare())).rejects.toMatchObject({ code: 'DEPLOYMENT_START' })
  await driver.stop()
  await driver.clean()
})

test('a deployment that never answers ends in bounded time', async () => {
  const { driver } = drive('setInterval(() => {}, 1000)', { ready: { within: '300ms' } })
  await expect(driver.start(await driver.prepare())).rejects.toMatchObject({
    message: /did not answer .* within 0.3 s/,
  })
  await driver.stop()
  await driver.clean()
})

test('a death in mid-run is an incident; a stop is none', async () => {
  const { driver } = drive(`${SERVER} setTimeout(() => process.exit(3), 300)`)
  await driver.start(await driver.prepare())
  expect(driver.incident()).toBeNull()
  await expect.poll(() => driver.incident()).toBe('exited with code 3')
  await driver.stop()
  expect(driver.incident()).toBeNull()
  await driver.clean()
})

test('whoever ignores SIGTERM is killed, children too', async () => {
  const child = `require('node:child_process').spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'])`
  const { driver, output } = drive(`process.on('SIGTERM', () => {}); ${SERVER} console.log(${child}.pid)`)
  await driver.start(await driver.prepare())
  await expect.poll(() => output.stdout).toMatch(/^\d+\n/)
  const pid = Number.parseInt(output.stdout, 10)
  await driver.stop()
  await sleep(50)
  expect(alive(pid)).toBe(false)
  await driver.clean()
})

test('a crash is no incident, and what is started again has the same folders and port, and no second control', async () => {
  const { driver, stdio, output } = drive(
    `${SERVER} console.log(process.pid, process.cwd()); process.stdout.write('cut')`,
  )
  stdio.plantAtStart('stdout', 'planted')
  const placeholders = await driver.prepare()
  for (const signal of ['SIGKILL', 'SIGSEGV', 'SIGTERM'] as const) {
    await driver.start(placeholders)
    const [pid = 0] = driver.roots()
    await driver.crash(signal, () => [pid])
    expect(driver.incident()).toBeNull()
    expect(alive(pid)).toBe(false)
  }
  await driver.start(placeholders)
  expect((await fetch(`http://127.0.0.1:${placeholders.port}/`)).status).toBe(200)
  await driver.stop()
  await driver.clean()
  const line = `\\d+ ${placeholders.work}\ncut<end>`
  expect(output.stdout).toMatch(new RegExp(`^planted\n(${line}){4}$`))
})

test('a crash ends also who ignores its signal, and who left the group', async () => {
  const stubborn = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`
  const child = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(stubborn)}], { detached: true })`
  const { driver, output } = drive(`process.on('SIGTERM', () => {}); ${SERVER} console.log(${child}.pid)`)
  const placeholders = await driver.prepare()
  await driver.start(placeholders)
  await expect.poll(() => output.stdout).toMatch(/^\d+\n/)
  const members = [...driver.roots(), Number.parseInt(output.stdout, 10)]
  await driver.crash('SIGTERM', () => members)
  await expect.poll(() => members.filter(alive), { timeout: 20_000 }).toEqual([])
  await driver.clean()
})

test('files of the configuration are written below the fresh folder, and nowhere else', async () => {
  const script = `${SERVER} console.log(require('node:fs').readFileSync(process.env.HOME + '/.app/config.json', 'utf8'))`
  const good = drive(script, { files: { 'home/.app/config.json': '{"port":${port}}' } })
  const placeholders = await good.driver.prepare()
  await good.driver.start(placeholders)
  await good.driver.stop()
  await good.driver.clean()
  expect(good.output.stdout).toContain(`{"port":${placeholders.port}}`)
  const bad = drive(script, { files: { '../outside.json': '' } })
  await expect(bad.driver.start(await bad.driver.prepare())).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  await bad.driver.clean()
})

test('on a forensic disk what was written and deleted stays in its image until the end, and then nothing does', async () => {
  const script = `const fs = require('node:fs'); fs.writeFileSync('spool', 'kept ' + 'for a moment'); fs.rmSync('spool'); ${SERVER}`
  const { driver } = drive(script, { disk: 'forensic', diskMiB: 64 })
  const prepared = await driver.prepare().catch(error => String(error))
  test.skip(typeof prepared === 'string', `no forensic disk can be made here: ${prepared}`)
  if (typeof prepared === 'string') return
  await driver.start(prepared)
  const image = String(prepared.disk)
  expect(prepared.work?.startsWith(dirname(image))).toBe(true)
  expect(existsSync(`${prepared.work}/spool`)).toBe(false)
  await driver.stop()
  expect(readFileSync(image).includes('kept for a moment')).toBe(true)
  await driver.clean()
  expect(existsSync(dirname(image))).toBe(false)
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(dirname(image))
})

/** A killed process that nobody has waited for yet is a zombie: dead. */
function alive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
