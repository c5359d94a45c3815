import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { fullFolder } from './full-folder.ts'

let folder = ''
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lethe-full-'))
})
test.afterEach(() => rm(folder, { recursive: true }))

const mounts = () => readFile('/proc/self/mounts', 'utf8')

test('a folder is full, and keeps what was before and what was left in it', async () => {
  test.skip(process.getuid?.() !== 0, 'only root may mount')
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
  test.skip(process.getuid?.() !== 0, 'only root may mount')
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
  await expect.poll(mounts).not.toContain(folder)
  expect(await readdir(folder)).toEqual(['left'])
})

test('a folder that cannot be covered is said, with what to do', async () => {
  await expect(fullFolder(join(folder, 'none'), 65_536)).rejects.toMatchObject({
    code: 'SINK_DENIED',
    message: expect.stringContaining('Cannot mount'),
    mend: expect.stringContaining('root'),
  })
})
