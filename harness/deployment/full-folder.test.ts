import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { fullFolder, whyNotFull } from './full-folder.ts'

/** Why this machine lets nobody mount, or null. */
const NO_MOUNT = await whyNotFull()

let folder = ''
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lethe-full-'))
})
test.afterEach(() => rm(folder, { recursive: true }))

const mounts = () => readFile('/proc/self/mounts', 'utf8')

test('a folder is full, and keeps what was before and what was left in it', async () => {
  test.skip(NO_MOUNT !== null, NO_MOUNT ?? '')
  await writeFile(join(folder, 'before'), 'old')
  {
    await using _full = await fullFolder(folder, 64 * 1024)
    expect(await readdir(folder)).toEqual([])
    await writeFile(join(folder, 'small'), 'new')
    await expect(writeFile(join(folder, 'large'), Buffer.alloc(100_000, 'x'))).rejects.toMatchObject({ code: 'ENOSPC' })
  }
  expect(await readFile(join(folder, 'before'), 'utf8')).toBe('old')
  expect(await readFile(join(folder, 'small'), 'utf8')).toBe('new')
  expect((await readFile(join(folder, 'large'))).length).toBeGreaterThan(30_000)
  expect(await mounts()).not.toContain(folder)
})

test('it is given back when who covered it is killed', async () => {
  test.skip(NO_MOUNT !== null, NO_MOUNT ?? '')
  const script = `
    const { fullFolder } = await import(${JSON.stringify(new URL('full-folder.ts', import.meta.url).href)})
    await fullFolder(${JSON.stringify(folder)}, 65536)
    console.log('covered')
    setInterval(() => {}, 1000)`
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(parent.stdout, 'data')
  expect(await mounts()).toContain(folder)
  await writeFile(join(folder, 'left'), 'here')
  parent.kill('SIGKILL')
  await expect.poll(mounts, { timeout: 20_000 }).not.toContain(folder)
  expect(await readdir(folder)).toEqual(['left'])
})

test('a folder that cannot be covered is said, with what to do', async () => {
  await expect(fullFolder(join(folder, 'none'), 65_536)).rejects.toMatchObject({
    code: 'SINK_DENIED',
    message: expect.stringContaining('Cannot mount'),
    mend: expect.stringContaining('root'),
  })
})

test('what cannot be kept is an error, and the folder is given back all the same', async () => {
  test.skip(NO_MOUNT !== null, NO_MOUNT ?? '')
  const small = join(folder, 'small')
  await mkdir(small)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'lethe-full-test', small])
  try {
    const full = await fullFolder(small, 256 * 1024)
    await writeFile(join(small, 'large'), Buffer.alloc(100_000, 'x'))
    await expect(full[Symbol.asyncDispose]()).rejects.toMatchObject({
      code: 'HARNESS',
      message: expect.stringContaining('No space left'),
    })
    expect((await mounts()).split('\n').filter(line => line.includes(small))).toHaveLength(1)
  } finally {
    execFileSync('umount', ['-l', small])
  }
})

test('whether a folder can be made full is told before, and leaves nothing', async () => {
  const inherited = process.env.TMPDIR
  process.env.TMPDIR = folder
  try {
    const why = await whyNotFull()
    if (NO_MOUNT === null) expect(why).toBeNull()
    else expect(why).toContain('Cannot mount')
  } finally {
    if (inherited === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = inherited
  }
  expect(await readdir(folder)).toEqual([])
  expect(await mounts()).not.toContain(folder)
})
