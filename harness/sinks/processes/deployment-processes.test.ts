import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from '@playwright/test'
import { DeploymentProcesses } from './deployment-processes.ts'
import { type ProcessEntry, processEntry, processTable } from './process-table.ts'

const MARK = { variable: 'LETHE_TEST', value: 'deployment' }

/** A shell that runs the script in a session of its own, ended with all that the test saw of it. */
async function shell(script: string, env: NodeJS.ProcessEnv = {}): Promise<ChildProcess & { pid: number }> {
  const child = spawn('/bin/sh', ['-c', script], {
    detached: true,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await once(child.stdout ?? child, 'data')
  if (child.pid === undefined) throw new Error('no shell')
  return child as ChildProcess & { pid: number }
}

function end(pids: Iterable<number>): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended already.
    }
  }
}

test('children, their children, and a daemon that kept the mark belong; others and Lethe do not', async () => {
  const tree = await shell(
    'sleep 41 & setsid sleep 42 & (setsid sh -c "sleep 43 & sleep 43" &) ; sleep 0.2; echo up; wait',
    { [MARK.variable]: MARK.value },
  )
  const stranger = await shell('echo up; exec sleep 44')
  const processes = new DeploymentProcesses({ pids: () => [tree.pid], mark: MARK })
  const members = processes.members()
  try {
    const names = members.map(({ name }) => name).sort()
    expect(names).toEqual(['sh', 'sh', 'sleep', 'sleep', 'sleep', 'sleep'])
    expect(members[0]?.pid).toBe(tree.pid)
    const pids = members.map(({ pid }) => pid)
    expect(pids).not.toContain(stranger.pid)
    expect(pids).not.toContain(process.pid)
  } finally {
    end([...members.map(({ pid }) => pid), stranger.pid])
  }
})

test('who was seen to belong still does when its parents have ended', async () => {
  const tree = await shell('setsid sleep 45 & sleep 0.2; echo up; wait')
  const processes = new DeploymentProcesses({ pids: () => [tree.pid], mark: null })
  const daemon = processes.members().find(({ name }) => name === 'sleep')
  try {
    expect(daemon).toBeDefined()
    const gone = once(tree, 'close')
    process.kill(tree.pid, 'SIGKILL')
    tree.stdout?.destroy()
    await gone
    expect(processes.members().map(({ pid }) => pid)).toEqual([daemon?.pid])
  } finally {
    end([tree.pid, daemon?.pid ?? tree.pid])
  }
})

test('who got the pid of a root that ended does not belong, nor do its children', () => {
  const entry = (pid: number, parent: number, startedAt: number): [number, ProcessEntry] => [
    pid,
    { pid, parent, group: pid, session: pid, startedAt, name: 'sh', state: 'S' },
  ]
  let table = new Map([entry(700, 1, 10), entry(701, 700, 11)])
  const processes = new DeploymentProcesses({ pids: () => [700], mark: null }, () => new Map(table))
  const pids = () => processes.members().map(({ pid }) => pid)
  expect(pids()).toEqual([700, 701])
  table = new Map([entry(701, 1, 11)])
  expect(pids()).toEqual([701])
  table = new Map([entry(700, 1, 500), entry(701, 1, 11), entry(702, 700, 501)])
  expect(pids()).toEqual([701])
})

test('before the start there are none, and a process that is not there has no entry', () => {
  expect(new DeploymentProcesses({ pids: () => [], mark: MARK }).members()).toEqual([])
  expect(processEntry(2 ** 22 + 1)).toBeNull()
  expect(processTable().get(process.pid)?.parent).toBe(process.ppid)
})
