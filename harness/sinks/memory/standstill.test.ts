import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from '@playwright/test'
import { until } from '../bench.suite.ts'
import { Ledger } from '../ledger.ts'
import { DeploymentProcesses } from '../processes/deployment-processes.ts'
import { processEntry, processTable } from '../processes/process-table.ts'
import { Standstill } from './standstill.ts'
import { Subject } from './subject.suite.ts'
import { Watchdog } from './watchdog.ts'

test.skip(process.platform !== 'linux', 'processes are found in Linux’ /proc')

const stateOf = (pid: number): string | undefined => processEntry(pid)?.state

test('all stand still while work is done, and go on when it fails', async () => {
  await using subject = await Subject.start()
  await using watchdog = await Watchdog.start()
  await subject.do('child')
  const ledger = new Ledger()
  const seen: (string | undefined)[] = []
  const work = new Standstill(subject.processes, watchdog).during(ledger, async members => {
    seen.push(...members.map(({ pid }) => stateOf(pid)))
    throw new Error('work')
  })
  await expect(work).rejects.toThrow('work')
  expect(seen).toEqual(['T', 'T'])
  expect(ledger.coverage().incomplete).toEqual([])
  expect(subject.processes.members().map(({ state }) => state)).not.toContain('T')
})

test('a deployment that forks without end is stopped whole', async () => {
  const script = 'fork() { while :; do sleep 60 & sleep 0.001; done; }; fork & fork & echo up; wait'
  const child = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
  await once(child.stdout, 'data')
  const pid = child.pid ?? 0
  const processes = new DeploymentProcesses({ pids: () => [pid], mark: null })
  await using watchdog = await Watchdog.start()
  const ledger = new Ledger()
  try {
    await new Standstill(processes, watchdog).during(ledger, async members => {
      const now = [...processTable().values()].filter(({ session, state }) => session === pid && state !== 'Z')
      expect(now.map(one => one.pid).sort()).toEqual(members.map(one => one.pid).sort())
      // D: has made a child by vfork, and waits for it, which is stopped.
      expect(now.filter(({ state }) => state !== 'T' && state !== 'D')).toEqual([])
      expect(members.length).toBeGreaterThan(3)
    })
    expect(ledger.coverage().incomplete).toEqual([])
  } finally {
    const ended = once(child, 'close')
    process.kill(-pid, 'SIGKILL')
    await ended
  }
})

test('whoever was stopped by somebody else stays so', async () => {
  await using subject = await Subject.start()
  await using watchdog = await Watchdog.start()
  process.kill(subject.pid, 'SIGSTOP')
  await until(() => stateOf(subject.pid) === 'T')
  await new Standstill(subject.processes, watchdog).during(new Ledger(), async () => {})
  expect(stateOf(subject.pid)).toBe('T')
})

test('where the watchdog has ended nothing is stopped, which is said', async () => {
  await using subject = await Subject.start()
  const watchdog = await Watchdog.start()
  await watchdog[Symbol.asyncDispose]()
  const ledger = new Ledger()
  await new Standstill(subject.processes, watchdog).during(ledger, async () => {
    expect(stateOf(subject.pid)).not.toBe('T')
  })
  expect(ledger.coverage().incomplete).toEqual([{ path: 'processes', reason: expect.stringContaining('watchdog') }])
})

test('when Lethe is killed in the middle of a scan, whatever it stopped goes on', async () => {
  await using subject = await Subject.start()
  await subject.do('child')
  const url = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href)
  const script = `
    import { Standstill } from ${url('standstill.ts')}
    import { Watchdog } from ${url('watchdog.ts')}
    import { Ledger } from ${url('../ledger.ts')}
    import { DeploymentProcesses } from ${url('../processes/deployment-processes.ts')}
    const processes = new DeploymentProcesses({ pids: () => [${subject.pid}], mark: null })
    await new Standstill(processes, await Watchdog.start()).during(new Ledger(), async () => {
      process.stdout.write('stopped')
      await new Promise(() => setInterval(() => {}, 1000))
    })`
  const harness = spawn(process.execPath, ['--input-type=module', '-e', script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(harness.stdout, 'data')
  const members = subject.processes.members()
  expect(members.map(({ state }) => state)).toEqual(['T', 'T'])
  const watchdogs = [...processTable().values()].filter(({ parent }) => parent === harness.pid)
  expect(watchdogs).toHaveLength(1)
  const ended = once(harness, 'close')
  process.kill(-(harness.pid ?? 0), 'SIGKILL')
  await ended
  await until(() => members.every(({ pid }) => stateOf(pid) !== 'T'))
  await until(() =>
    watchdogs.every(({ pid, startedAt }) => processEntry(pid)?.startedAt !== startedAt || stateOf(pid) === 'Z'),
  )
})
