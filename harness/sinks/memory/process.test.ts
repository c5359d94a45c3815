import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { Bench, scanOf, until } from '../bench.suite.ts'
import { sinkContract } from '../contract.suite.ts'
import { DeploymentProcesses } from '../processes/deployment-processes.ts'
import { processEntry } from '../processes/process-table.ts'
import { CONTROL_VARIABLE } from './control-holder.ts'
import { memorySink } from './process.ts'
import { Room } from './room.ts'
import { hide, Subject } from './subject.suite.ts'

test.skip(process.platform !== 'linux', 'memory is read by Linux’ /proc')

const MIB = 2 ** 20
const declaration = { kind: 'memory' } as const

/** A subject with a sink over it: the sink's control is in the environment that the subject was started with. */
async function watched(room?: Room) {
  const bench = new Bench()
  const env: Record<string, string> = {}
  let subject: Subject | null = null
  const processes = new DeploymentProcesses({ pids: () => (subject === null ? [] : [subject.pid]), mark: null })
  const setVariable = (name: string, value: string): void => {
    env[name] = value
  }
  const { open, control } = await bench.opened(memorySink(declaration, processes, { setVariable }, room))
  const started = await Subject.start(env)
  subject = started
  const dispose = async (): Promise<void> => {
    await open[Symbol.asyncDispose]()
    await started[Symbol.asyncDispose]()
  }
  return { bench, open, control, subject: started, env, [Symbol.asyncDispose]: dispose }
}

type Scanned = Awaited<ReturnType<typeof scanOf>>

const idsIn = ({ sightings }: Scanned): string[] => sightings.map(({ canary }) => canary)

sinkContract('memory, of a deployment that runs already', async () => {
  const subject = await Subject.start()
  let written = 0
  return {
    sink: memorySink(declaration, subject.processes, null),
    still: true,
    write: text => subject.do('keep', { name: String(written++), text }),
    [Symbol.asyncDispose]: () => subject[Symbol.asyncDispose](),
  }
})

test('a text that is kept is found by process, region and address, in whatever form; one that is zeroed is gone', async () => {
  await using watch = await watched()
  const { bench, open, control, subject, env } = watch
  expect(env[CONTROL_VARIABLE]).toBe(control.text)
  const canary = () => bench.canary()
  const forms = { latin1: canary(), utf16le: canary(), base64: canary(), string: canary(), wide: canary() }
  await subject.do('keep', { name: 'latin1', text: forms.latin1.text })
  await subject.do('keep', { name: 'utf16le', text: forms.utf16le.text, encoding: 'utf16le' })
  await subject.do('keep', { name: 'base64', text: forms.base64.text })
  await subject.do('string', { name: 'string', text: forms.string.text, suffix: '!' })
  await subject.do('string', { name: 'wide', text: forms.wide.text, suffix: '水' })
  const before = await scanOf(open)
  expect(before.coverage).toMatchObject({ items: 1, incomplete: [] })
  for (const { id } of [...Object.values(forms), control]) expect(idsIn(before)).toContain(id)
  const place = before.sightings.find(sighting => sighting.canary === control.id)?.place
  expect(place).toEqual({ kind: 'process', pid: subject.pid, name: processEntry(subject.pid)?.name, region: 'stack' })
  expect(before.sightings.some(({ canary, via }) => canary === forms.wide.id && via.includes('utf16le'))).toBe(true)
  expect(before.sightings.every(({ at }) => at instanceof Date)).toBe(true)

  await subject.do('zero', { name: 'latin1' })
  const copies = (scan: Scanned) => idsIn(scan).filter(id => id === forms.latin1.id).length
  expect(copies(await scanOf(open))).toBe(copies(before) - 1)
  expect(processEntry(subject.pid)?.state).not.toBe('T')
})

test('what is left of something compressed after half of it was overwritten is said, and keeps no pass away', async () => {
  await using watch = await watched()
  const { open, subject } = watch
  await subject.do('damage', { name: 'packed' })
  const { coverage } = await scanOf(open)
  expect(coverage.incomplete).toEqual([])
  const { name } = processEntry(subject.pid) ?? {}
  const part = { path: `${name} (${subject.pid})`, reason: expect.stringContaining('only a part of it is left: gzip') }
  expect(coverage.skipped).toContainEqual(part)
})

test('a text that moves all the time is found in each of many scans', async () => {
  await using watch = await watched()
  const { bench, open, subject } = watch
  const canary = bench.canary()
  await subject.do('move', { text: canary.text })
  for (let scan = 0; scan < 4; scan++) expect(idsIn(await scanOf(open)), `scan ${scan}`).toContain(canary.id)
})

test('what does not fit into the room for copies is searched all the same, also over its seams, and said', async () => {
  await using watch = await watched(new Room(32 * MIB))
  const { bench, open, subject, control } = watch
  const canaries = Array.from({ length: 3 }, () => bench.canary())
  for (const [index, { text }] of canaries.entries()) {
    await subject.do('fill', { name: `filled ${index}`, size: 24 * MIB })
    await subject.do('keep', { name: `kept ${index}`, text })
  }
  const scan = await scanOf(open)
  expect(scan.coverage.incomplete).toEqual([])
  expect(scan.coverage.bytes).toBeGreaterThan(72 * MIB)
  expect(scan.coverage.skipped).toContainEqual({
    path: 'processes',
    reason: expect.stringContaining('held more than fits'),
  })
  for (const { id } of [...canaries, control]) expect(idsIn(scan)).toContain(id)
})

test('terabytes that are only reserved cost nothing, and what stands amid them is found', async () => {
  const python = '/usr/bin/python3'
  test.skip(!existsSync(python), 'takes Debian’s python3, which can reserve memory')
  const bench = new Bench()
  const canary = bench.canary()
  const script = `
import mmap, sys
MAP_NORESERVE = 0x4000
reserved = mmap.mmap(-1, 8 << 40, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | MAP_NORESERVE)
hidden = sys.stdin.readline().rstrip()
reserved[(5 << 40) + 4000:(5 << 40) + 4000 + len(hidden)] = bytes(ord(c) - 1 for c in hidden)
print("up", flush=True)
sys.stdin.read()`
  const child = spawn(python, ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  try {
    child.stdin.write(`${hide(canary.text)}\n`)
    await Promise.race([once(child.stdout, 'data'), ended.then(() => Promise.reject(new Error('python3 has ended')))])
    const pid = child.pid ?? 0
    const processes = new DeploymentProcesses({ pids: () => [pid], mark: null })
    const { open, control } = await bench.opened(memorySink(declaration, processes, null))
    await using _ = open
    const scan = await scanOf(open)
    expect(scan.coverage.incomplete).toEqual([])
    expect(scan.coverage.bytes).toBeLessThan(2 ** 30)
    expect(idsIn(scan)).toEqual(expect.arrayContaining([canary.id, control.id]))
  } finally {
    child.kill('SIGKILL')
    await ended
  }
})

test('before the start, and after the end, there are no processes, which is said', async () => {
  await using watch = await watched()
  const { open, subject } = watch
  await subject[Symbol.asyncDispose]()
  const { coverage, sightings } = await scanOf(open)
  expect(sightings).toEqual([])
  expect(coverage.incomplete).toEqual([{ path: 'processes', reason: 'there are none' }])
})

test('without the rights to read it, the sink says so with the mend', async () => {
  test.skip(process.getuid?.() !== 0, 'takes another user’s process, which only root can make')
  await using subject = await Subject.start()
  const script = `
    import { memorySink } from ${JSON.stringify(new URL('process.ts', import.meta.url).href)}
    import { DeploymentProcesses } from ${JSON.stringify(new URL('../processes/deployment-processes.ts', import.meta.url).href)}
    const sink = memorySink({ kind: 'memory' }, new DeploymentProcesses({ pids: () => [${subject.pid}], mark: null }), null)
    const context = { scanner: null, signal: new AbortController().signal, now: () => new Date(), own: [] }
    const error = await sink.open(context).then(() => null, error => error)
    console.log(JSON.stringify({ code: error?.code, message: error?.message, mend: error?.mend, tier: sink.tier }))`
  const bound = ['--inh-caps=-all', '--bounding-set=-all', '--reuid=65534', '--regid=65534', '--clear-groups']
  const told = execFileSync('setpriv', [...bound, process.execPath, '--input-type=module', '-e', script], {
    encoding: 'utf8',
  })
  expect(JSON.parse(told)).toEqual({
    code: 'SINK_DENIED',
    message: expect.stringContaining(String(subject.pid)),
    mend: expect.stringContaining('CAP_SYS_PTRACE'),
    tier: 'T0',
  })
  await until(() => processEntry(subject.pid)?.state !== 'T')
})
