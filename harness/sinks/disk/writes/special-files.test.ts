import { Buffer } from 'node:buffer'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { SpecialFiles } from './special-files.ts'
import type { StraceCall } from './strace-calls.ts'

let folder: string
let doubts: string[]
let special: SpecialFiles

test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lethe-special-'))
  doubts = []
  special = new SpecialFiles(async (path, reason) => {
    doubts.push(`${path}: ${reason}`)
  })
})

test.afterEach(() => rmSync(folder, { recursive: true, force: true }))

function call(name: string, path: string, more: Partial<StraceCall> = {}): StraceCall {
  const base = { pid: process.pid, result: 0, files: [], opened: null, cut: false, text: '' }
  return { ...base, name, strings: [Buffer.from(path)], ...more }
}

const has = (path: string, isUnlinked = false) => special.has({ path: Buffer.from(path), isUnlinked })
const makes = (path: string, more: Partial<StraceCall> = {}) =>
  special.follow(call('mknodat', path, { text: 'AT_FDCWD, , S_IFIFO|0600', ...more }))

test('a pipe is known by its making when it is gone, by a relative path and through a link too', async () => {
  symlinkSync(folder, join(folder, 'link'))
  await makes(join(folder, 'link', 'a'))
  await makes('b', { files: [{ path: Buffer.from(folder), isUnlinked: false }] })
  await makes('c', { text: 'AT_FDCWD, , S_IFREG|0600', files: [{ path: Buffer.from(folder), isUnlinked: false }] })
  expect(await Promise.all(['a', 'b', 'c'].map(name => has(join(folder, name))))).toEqual([true, true, false])
  expect(await has(join(folder, 'a'), true)).toBe(false)
  await special.follow(call('unlinkat', 'a'))
  expect(await has(join(folder, 'a'))).toBe(false)
  expect(await has(join(folder, 'a'), true)).toBe(true)
  expect(doubts).toEqual([])
})

test('what may be a file counts as one: created, renamed or there in the place of a pipe', async () => {
  const [a, b, c] = ['a', 'b', 'c'].map(name => join(folder, name)) as [string, string, string]
  for (const path of [a, b, c]) await makes(path)
  await special.follow(call('unlink', a))
  await special.follow(call('openat', a, { text: 'O_WRONLY|O_CREAT', opened: Buffer.from(a) }))
  expect(await has(a, true)).toBe(false)
  writeFileSync(b, '')
  expect(await has(b)).toBe(false)
  expect(await has(c)).toBe(true)
  await special.follow(call('rename', join(folder, 'd')))
  expect(await has(c)).toBe(false)
})

test('a pipe that was there is known by looking; one that turns out to have come later is said', async () => {
  const path = join(folder, 'pipe')
  execFileSync('mkfifo', [path])
  expect(await has(path)).toBe(true)
  expect(await has('/dev/null')).toBe(true)
  expect(doubts).toEqual([])
  await makes(path)
  expect(doubts).toEqual([`${path}: a pipe took its place before it was known what it was`])
})

test('of very many, those that are forgotten count as files', async () => {
  for (let index = 0; index <= 1000; index += 1) await makes(join(folder, String(index)))
  expect(await has(join(folder, '0'))).toBe(false)
  expect(await has(join(folder, '1000'))).toBe(true)
})
