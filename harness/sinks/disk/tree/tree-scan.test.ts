import { link, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { RunKey } from '../../../canary/key.ts'
import { Mint } from '../../../canary/mint.ts'
import type { Scanner } from '../../../scan/scan.ts'
import { createScanner } from '../../../scan/scanner.ts'
import { Ledger } from '../../ledger.ts'
import type { SinkSighting } from '../../sink.ts'
import { TreeScan } from './tree-scan.ts'

const FILES = 12
const key = RunKey.fromHex('71'.repeat(32))
const { text } = new Mint(key).mint({ role: 'payload', data: null, exchange: null, field: null, position: 'whole' })
const scanner = createScanner(key)

/** A scanner that takes its time, and notes how many streams it has had open at once. */
class SlowScanner implements Scanner {
  readonly blindTo = null
  readonly atOnce: number
  most = 0
  #open = 0

  constructor(atOnce: number) {
    this.atOnce = atOnce
  }

  open(onHit: Parameters<Scanner['open']>[0]): ReturnType<Scanner['open']> {
    const stream = scanner.open(onHit)
    this.most = Math.max(this.most, ++this.#open)
    return {
      push: async chunk => {
        await new Promise(resolve => setTimeout(resolve, 3))
        await stream.push(chunk)
      },
      end: async () => {
        this.#open -= 1
        return stream.end()
      },
    }
  }
}

async function scanTree(root: string, by: Scanner, signal = new AbortController().signal) {
  const ledger = new Ledger()
  const sightings: SinkSighting[] = []
  const emit = (sighting: SinkSighting): void => void sightings.push(sighting)
  await new TreeScan({ scanner: by, emit, ledger, isOwn: () => false, signal }).scan(root)
  const places = sightings.map(({ place }) => ('path' in place ? place.path : ''))
  return { places, coverage: ledger.coverage() }
}

async function tree(): Promise<AsyncDisposable & { readonly path: string; readonly files: string[] }> {
  const path = await mkdtemp(join(tmpdir(), 'lethe-tree-'))
  await mkdir(join(path, 'below'))
  const files = Array.from({ length: FILES }, (_, index) => join(path, index % 2 ? 'below' : '.', `file${index}`))
  for (const file of files) await writeFile(file, `${file} ${text}`)
  return { path, files, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}

for (const atOnce of [1, 3]) {
  test(`a scanner of ${atOnce} at once is given so many files, a name beside, and each file is seen once`, async () => {
    await using folder = await tree()
    const slow = new SlowScanner(atOnce)
    const { places, coverage } = await scanTree(folder.path, slow)
    expect(places.toSorted()).toEqual(folder.files.map(file => join(file)).toSorted())
    expect(coverage).toMatchObject({ items: FILES, incomplete: [], skipped: [] })
    expect(slow.most).toBeLessThanOrEqual(atOnce + 1)
    expect(slow.most).toBeGreaterThanOrEqual(atOnce)
  })
}

test('of several names of one file that are come across at once one is read', async () => {
  await using folder = await tree()
  for (let index = 0; index < 5; index++) await link(folder.files[0] ?? '', join(folder.path, `link${index}`))
  const { places, coverage } = await scanTree(folder.path, new SlowScanner(6))
  expect(places).toHaveLength(FILES)
  expect(coverage).toMatchObject({ items: FILES, incomplete: [] })
})

test('an interrupted scan waits for what it began, and says what it did not see', async () => {
  await using folder = await tree()
  const interrupt = new AbortController()
  const slow = new SlowScanner(3)
  setTimeout(() => interrupt.abort(), 5)
  const { coverage } = await scanTree(folder.path, slow, interrupt.signal)
  expect(coverage.items).toBeLessThan(FILES)
  expect(coverage.incomplete.length).toBeGreaterThan(0)
  expect(coverage.incomplete.map(({ reason }) => reason).join()).toContain('interrupted')
})
