import { execFile } from 'node:child_process'
import { appendFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { readFileInto } from './file.ts'

const MIB = 2 ** 20
const never = new AbortController().signal
let folder: string

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lethe-file-'))
})
test.afterEach(() => rm(folder, { recursive: true, force: true }))

test('a file is read whole, with what is added while it is read', async () => {
  const path = join(folder, 'log')
  await writeFile(path, 'x'.repeat(MIB))
  let pushes = 0
  const push = async () => {
    pushes += 1
    if (pushes === 1) await appendFile(path, 'more')
  }
  expect(await readFileInto(path, { push }, never)).toEqual({ kind: 'read', bytes: MIB + 4 })
})

test('a file that grows faster than it is read is cut, and said', async () => {
  const path = join(folder, 'log')
  await writeFile(path, 'x')
  const more = Buffer.alloc(MIB)
  const reading = await readFileInto(path, { push: () => appendFile(path, more) }, never)
  expect(reading).toMatchObject({ kind: 'cut', reason: 'grew faster than it could be read' })
  expect('bytes' in reading && reading.bytes).toBeLessThan(66 * MIB)
})

test('what took the place of a file is not read, and never waited for', async () => {
  const push = async () => {
    throw new Error('nothing may be read')
  }
  await promisify(execFile)('mkfifo', [join(folder, 'pipe')])
  await symlink('/etc/hostname', join(folder, 'link'))
  expect(await readFileInto(join(folder, 'pipe'), { push }, never)).toMatchObject({ kind: 'special' })
  expect(await readFileInto(join(folder, 'link'), { push }, never)).toMatchObject({ kind: 'special' })
  expect(await readFileInto(folder, { push }, never)).toMatchObject({ kind: 'special' })
  expect(await readFileInto(join(folder, 'gone'), { push }, never)).toMatchObject({ kind: 'vanished' })
})

test('an interrupted reading is cut', async () => {
  const path = join(folder, 'log')
  await writeFile(path, 'x'.repeat(MIB))
  const interrupt = new AbortController()
  const reading = await readFileInto(path, { push: async () => interrupt.abort() }, interrupt.signal)
  expect(reading).toMatchObject({ kind: 'cut', bytes: 256 * 1024 })
})
