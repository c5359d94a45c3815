import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { realpathSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from '@playwright/test'
import { processEntry } from '../../processes/process-table.ts'
import { Lineage } from './lineage.ts'

/** pids that no process can have (PID_MAX_LIMIT is 2^22) */
const [GONE, GONE_CHILD, GONE_GRANDCHILD] = [2 ** 22 + 1, 2 ** 22 + 2, 2 ** 22 + 3]
/** what /bin/sh really is */
const SHELL = basename(realpathSync('/bin/sh'))
const MARK = { variable: 'LETHE_TEST_LINEAGE', value: 'deployment' }
/** null: nobody is Lethe here */
const NOBODY = { own: [], mark: MARK, everyone: false }

/** A program that waits, ended with the test. */
async function sleeper(env: NodeJS.ProcessEnv = {}): Promise<{ pid: number } & Disposable> {
  const child: ChildProcess = spawn('/bin/sh', ['-c', 'echo; read line'], { env, stdio: ['pipe', 'pipe', 'ignore'] })
  if (child.stdout !== null) await once(child.stdout, 'data')
  return { pid: child.pid ?? 0, [Symbol.dispose]: () => void child.kill('SIGKILL') }
}

test('the mark tells the deployment’s; Lethe’s own and others’ do not count; the unknown does', async () => {
  using marked = await sleeper({ [MARK.variable]: MARK.value })
  using plain = await sleeper()
  const lineage = new Lineage({ ...NOBODY, own: [process.pid] })
  expect(lineage.writer(marked.pid)).toEqual({ pid: marked.pid, name: SHELL })
  expect(lineage.writer(plain.pid)).toBeNull()
  expect(lineage.writer(process.pid)).toBeNull()
  expect(lineage.writer(GONE)).toBe('unknown')
  // In a pid namespace that cannot be seen from here.
  expect(lineage.writer(0)).toBeNull()
  expect(new Lineage({ ...NOBODY, everyone: true }).writer(0)).toBe('unknown')
})

test('descendants that are gone count by their forks, and those of Lethe do not', async () => {
  using member = await sleeper()
  const lineage = new Lineage({ ...NOBODY, own: [process.pid] })
  lineage.startTelling()
  lineage.addMembers([processEntry(member.pid) ?? { pid: 0, startedAt: 0, name: '' }])
  lineage.onFork(GONE, member.pid)
  lineage.onFork(GONE_CHILD, GONE)
  lineage.onExit(GONE)
  expect(lineage.writer(GONE_CHILD)).toEqual({ pid: GONE_CHILD, name: SHELL })
  // The pid is another process's now.
  lineage.onFork(GONE_CHILD, process.pid)
  expect(lineage.writer(GONE_CHILD)).toBeNull()
  // It became another program, and was gone before that could be looked at: it may be the deployment's.
  lineage.onExec(GONE_CHILD)
  expect(lineage.writer(GONE_CHILD)).toBe('unknown')
  // Events were lost: the deployment's are kept.
  lineage.onFork(GONE_GRANDCHILD, GONE)
  lineage.onLost()
  expect(lineage.writer(GONE_GRANDCHILD)).toEqual({ pid: GONE_GRANDCHILD, name: SHELL })
  expect(lineage.writer(process.pid)).toBeNull()
})

test('a pid that another process got without a fork being told is looked at again', async () => {
  using plain = await sleeper()
  const lineage = new Lineage({ ...NOBODY, everyone: false })
  lineage.addMembers([{ pid: plain.pid, startedAt: 1, name: 'before' }])
  expect(lineage.writer(plain.pid)).toBeNull()
  const everyone = new Lineage({ ...NOBODY, everyone: true })
  expect(everyone.writer(plain.pid)).toEqual({ pid: plain.pid, name: SHELL })
})

test('only so many that are gone are remembered', async () => {
  using member = await sleeper()
  const lineage = new Lineage(NOBODY)
  lineage.startTelling()
  lineage.addMembers([processEntry(member.pid) ?? { pid: 0, startedAt: 0, name: '' }])
  for (let pid = GONE; pid <= GONE + 20_000; pid += 1) {
    lineage.onFork(pid, member.pid)
    lineage.onExit(pid)
  }
  expect(lineage.writer(GONE)).toBe('unknown')
  expect(lineage.writer(GONE + 1)).toEqual({ pid: GONE + 1, name: SHELL })
})
