import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { loadProfile } from './load.ts'

let folder = ''
test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lethe-profile-'))
})
test.afterAll(() => rm(folder, { recursive: true }))

test('a packaged profile by its name, with the hash of its bytes', async () => {
  const { profile, text, sha256, path } = await loadProfile('deepinfra', '/')
  expect(profile.id).toBe('deepinfra')
  expect(path).toMatch(/\/suites\/profiles\/deepinfra\.yaml$/)
  expect(text).toBe(await readFile(path, 'utf8'))
  expect(sha256).toBe(
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex'),
  )
})

test('any profile by its path, relative to a folder', async () => {
  const { path } = await loadProfile('deepinfra')
  await copyFile(path, join(folder, 'own.yaml'))
  expect((await loadProfile('./own.yaml', folder)).path).toBe(join(folder, 'own.yaml'))
  expect((await loadProfile('own.yaml', folder)).profile.id).toBe('deepinfra')
})

test('a name that is not packaged is answered with those that are', async () => {
  const failure = loadProfile('deepinfar', folder)
  await expect(failure).rejects.toMatchObject({
    code: 'PROFILE_INVALID',
    exitCode: 2,
    mend: expect.stringContaining('Did you mean deepinfra?'),
  })
})

test('what is no readable text file is refused at once', async () => {
  const fifo = join(folder, 'fifo.yaml')
  execFileSync('mkfifo', [fifo])
  await writeFile(join(folder, 'binary.yaml'), Buffer.from([0xff, 0xfe, 0x00]))
  await writeFile(join(folder, 'large.yaml'), Buffer.alloc(1024 * 1024 + 1, 'x'))
  const refusals = {
    'fifo.yaml': 'not a plain file',
    'binary.yaml': 'not UTF-8',
    'large.yaml': 'larger than',
    './': 'not a plain file',
    'absent.yaml': 'ENOENT',
    '/dev/zero': 'not a plain file',
  }
  for (const [name, why] of Object.entries(refusals)) {
    await expect(loadProfile(name, folder)).rejects.toMatchObject({
      code: 'PROFILE_INVALID',
      message: expect.stringContaining(why),
    })
  }
})
