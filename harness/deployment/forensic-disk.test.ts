import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from '@playwright/test'
import { forensicDiskRefusal } from './forensic-disk.suite.ts'
import { ForensicDisk } from './forensic-disk.ts'

const SMALL = 64

const refusal = await forensicDiskRefusal(SMALL)

/** What the machine still has of a disk: mounts, loop devices, the folder. */
function traces(folder: string): string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter(line => line.includes(folder))
  const loops = readdirSync('/sys/block').filter(name => {
    const backing = `/sys/block/${name}/loop/backing_file`
    return existsSync(backing) && readFileSync(backing, 'utf8').startsWith(folder)
  })
  return [...mounts, ...loops, ...(existsSync(folder) ? [folder] : [])]
}

/** A Lethe of its own that makes a disk and says where; it holds a process group there. */
async function another(): Promise<{ lethe: ChildProcess; folder: string; deployment: number; watchdog: number }> {
  const script = `
    import { spawn } from 'node:child_process'
    import { readFileSync } from 'node:fs'
    import { ForensicDisk } from ${JSON.stringify(new URL('./forensic-disk.ts', import.meta.url).href)}
    const disk = await ForensicDisk.create(${SMALL})
    const child = spawn('sleep', ['60'], { cwd: disk.root, detached: true, stdio: 'ignore' })
    disk.inUseBy(child.pid)
    const children = readFileSync('/proc/self/task/' + process.pid + '/children', 'utf8').trim().split(' ').map(Number)
    console.log(JSON.stringify({ root: disk.root, deployment: child.pid, watchdog: children.find(pid => pid !== child.pid) }))
    setInterval(() => {}, 1000)`
  const lethe = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = await once(lethe.stdout ?? lethe, 'data')
  const { root, ...pids } = JSON.parse(String(said))
  return { lethe, folder: dirname(root), ...pids }
}

/** One that has ended and that nobody has waited for is not alive. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

test('without root it is refused, with the mend', async () => {
  test.skip(process.getuid?.() !== 0, 'becoming nobody needs root')
  const script = `
    import { ForensicDisk } from ${JSON.stringify(new URL('./forensic-disk.ts', import.meta.url).href)}
    process.setgroups([]); process.setgid(65534); process.setuid(65534)
    await ForensicDisk.create(64).catch(error => console.log(error.code, error.mend))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = await once(child.stdout, 'data')
  expect(String(said)).toMatch(/^DEPLOYMENT_START Run Lethe as root/)
})

test.describe('with root and loop devices', () => {
  test.skip(refusal !== null, `no forensic disk can be made here: ${refusal}`)

  test('what was written and deleted at once lies in the image; at the end nothing is left', async () => {
    const disk = await ForensicDisk.create(SMALL)
    const text = `written for a moment ${'x'.repeat(10)}`
    await writeFile(join(disk.root, 'spool'), text)
    await rm(join(disk.root, 'spool'))
    expect((await stat(disk.root)).mode & 0o777).toBe(0o700)
    expect((await readFile(disk.image)).includes(text)).toBe(true)
    const folder = dirname(disk.image)
    expect(traces(folder)).toHaveLength(4)
    await disk[Symbol.asyncDispose]()
    await disk[Symbol.asyncDispose]()
    expect(traces(folder)).toEqual([])
  })

  test('after SIGKILL of Lethe nothing is left of it, nor of what ran there', async () => {
    const { lethe, folder, deployment } = await another()
    expect(traces(folder)).not.toEqual([])
    lethe.kill('SIGKILL')
    await expect.poll(() => traces(folder), { timeout: 20_000 }).toEqual([])
    await expect.poll(() => isAlive(deployment)).toBe(false)
  })

  test('what a Lethe left that was killed with its watchdog is taken back by the next start, what another one uses is not', async () => {
    const [gone, used] = [await another(), await another()]
    process.kill(gone.watchdog, 'SIGKILL')
    await expect.poll(() => isAlive(gone.watchdog)).toBe(false)
    expect(traces(gone.folder)).not.toEqual([])
    process.kill(-gone.deployment, 'SIGKILL')
    gone.lethe.kill('SIGKILL')
    await once(gone.lethe, 'exit')
    const next = await ForensicDisk.create(SMALL)
    await expect.poll(() => traces(gone.folder)).toEqual([])
    expect(traces(used.folder)).not.toEqual([])
    await next[Symbol.asyncDispose]()
    used.lethe.kill('SIGKILL')
    await expect.poll(() => traces(used.folder), { timeout: 20_000 }).toEqual([])
  })

  test('a disk that is in use at the end is gone for everybody else, and ends with its last user', async () => {
    const disk = await ForensicDisk.create(SMALL)
    const folder = dirname(disk.image)
    const user = spawn('sleep', ['60'], { cwd: disk.root, stdio: 'ignore' })
    await once(user, 'spawn')
    await disk[Symbol.asyncDispose]()
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(folder)
    expect(await readdir(dirname(folder))).not.toContain(folder.split('/').at(-1))
    user.kill('SIGKILL')
    await once(user, 'exit')
    await expect.poll(() => traces(folder)).toEqual([])
  })
})
