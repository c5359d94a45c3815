import { Buffer } from 'node:buffer'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { Bench } from '../../bench.suite.ts'
import { Ledger } from '../../ledger.ts'
import type { SinkSighting } from '../../sink.ts'
import { ExtendedAttributes } from './extended-attributes.ts'
import { TreeScan } from './tree-scan.ts'

const run = promisify(execFile)
const PYTHON = '/usr/bin/python3'

test.skip(!existsSync(PYTHON), `without ${PYTHON} nobody sets the attributes`)

/** Sets an attribute as the deployment would, by another program than what reads it. */
async function set(path: string, name: string, value: string): Promise<void> {
  const script = 'import os, sys; os.setxattr(sys.argv[1], sys.argv[2], sys.argv[3].encode(), follow_symlinks=False)'
  await run(PYTHON, ['-c', script, path, name, value])
}

async function folder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'lethe-attributes-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}

async function scanned(bench: Bench, root: string) {
  const ledger = new Ledger()
  const sightings: SinkSighting[] = []
  const { scanner, signal } = bench.context
  const emit = (sighting: SinkSighting): void => void sightings.push(sighting)
  await new TreeScan({ scanner, emit, ledger, isOwn: () => false, signal }).scan(root)
  return { coverage: ledger.coverage(), places: new Map(sightings.map(({ canary, place }) => [canary, place])) }
}

test('values and names of attributes of files, folders and symbolic links are scanned, those of root too', async () => {
  test.skip(process.getuid?.() !== 0, 'trusted.* and attributes of symbolic links need root')
  await using tree = await folder()
  const bench = new Bench()
  const [inValue, inName, ofFolder, ofLink] = [bench.canary(), bench.canary(), bench.canary(), bench.canary()]
  const [file, below, link] = [join(tree.path, 'file'), join(tree.path, 'below'), join(tree.path, 'link')]
  await writeFile(file, 'x')
  await mkdir(below)
  await symlink('nowhere', link)
  await set(file, 'user.prompt', inValue.text)
  await set(file, `user.${inName.text}`, 'x')
  await set(below, 'trusted.note', ofFolder.text)
  await set(link, 'trusted.note', ofLink.text)
  const { coverage, places } = await scanned(bench, tree.path)
  expect(places).toEqual(
    new Map<string, object>([
      [inValue.id, { kind: 'file', path: `${file} (attribute user.prompt)` }],
      [inName.id, { kind: 'name', path: `${file} (attribute user.{canary ${inName.id}})` }],
      [ofFolder.id, { kind: 'file', path: `${below} (attribute trusted.note)` }],
      [ofLink.id, { kind: 'file', path: `${link} (attribute trusted.note)` }],
    ]),
  )
  expect(coverage.incomplete).toEqual([])
})

test('a long value and many names are read whole; what has none gives none', async () => {
  await using tree = await folder()
  const path = join(tree.path, 'file')
  await writeFile(path, 'x')
  const attributes = await ExtendedAttributes.open()
  expect(await attributes?.of(Buffer.from(path))).toEqual([])
  expect(await attributes?.of(Buffer.from('/proc/self/stat'))).toEqual([])
  expect(await attributes?.of(Buffer.from(join(tree.path, 'gone')))).toEqual([])
  await set(path, 'user.long', 'v'.repeat(2000))
  for (let index = 0; index < 6; index++) await set(path, `user.${String(index).repeat(200)}`, 'x')
  const all = (await attributes?.of(Buffer.from(path))) ?? []
  expect(all).toHaveLength(7)
  expect(all.find(({ name }) => name.toString() === 'user.long')?.value?.length).toBe(2000)
})
