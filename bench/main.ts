import { closeSync, openSync, readSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { RunKey } from '../harness/canary/key.ts'
import { Mint } from '../harness/canary/mint.ts'
import type { Contender, Measured } from './contender.ts'
import { measureAll } from './contender.ts'
import { indexOf } from './contenders/index-of.ts'
import { letheFilter, letheScanner } from './contenders/lethe.ts'
import { pageCache } from './contenders/page-cache.ts'
import { pooledScanner } from './contenders/pooled.ts'
import { ripgrep } from './contenders/ripgrep.ts'
import { yaraX } from './contenders/yara-x.ts'
import { ROUND, writeCorpus } from './corpus.ts'
import { measurePeaks } from './memory.ts'
import { Random } from './random.ts'
import type { Results } from './report.ts'
import { performanceMarkdown } from './report.ts'
import { measureShares } from './shares.ts'
import { temporaryFolder } from './temporary-folder.ts'

const SEED = 'lethe'
const NEEDLES = 1500
const MINTED = [10, 1_000, 1_000_000]
/** Most seconds for each of these tables. */
const SECONDS = { searches: 40, scans: 15, minted: 15, workers: 20 }
const UNITS = { MiB: 2 ** 20, GiB: 2 ** 30 }
const LARGEST = UNITS.GiB
const MOST_MEMORY = 100 * UNITS.GiB

/** `npm run bench`: measures the engine beside others on a corpus that it makes and removes, and writes docs/performance.md. */
const { values } = parseArgs({
  options: { size: { type: 'string', default: '256MiB' }, memory: { type: 'string', default: '512MiB' } },
})
const size = bytesOf('--size', values.size, LARGEST)
const memory = bytesOf('--memory', values.memory, MOST_MEMORY)
const folder = temporaryFolder('bench')
const markdown = performanceMarkdown(await bench())
writeFileSync('docs/performance.md', markdown)
process.stdout.write(`${markdown}\nwrote docs/performance.md\n`)

async function bench(): Promise<Results> {
  const random = new Random(SEED)
  const needles = Array.from({ length: NEEDLES }, (_, index) => random.word(15 + (index % 10)))
  const key = RunKey.fromHex(random.bytes(32).toString('hex'))
  const canary = mintOne(new Mint(key))
  const path = join(folder, 'corpus')
  let planted = 0
  const plants = (): string[] => [needles[planted++ % NEEDLES] ?? '', needles[planted++ % NEEDLES] ?? '', canary]
  say('making the corpus')
  const bytes = writeCorpus(path, size, random, plants, canary)
  const searches = await measureSearches(path, bytes, needles)
  const scans = await measure('scans', [
    letheScanner('without containers', path, bytes, key, { depth: 0 }),
    letheScanner('with containers', path, bytes, key, {}),
  ])
  const workers = await measureWorkers(path, bytes, key)
  const minted = await measureMinted(path, bytes, key)
  say('measuring memory')
  const peaks = await measurePeaks(memory, path, join(folder, 'sparse'), key, canary)
  say('measuring decoders')
  const decoders = await measureShares(path, bytes, key)
  return { seed: SEED, bytes, planted, searches, scans, workers, minted, memory, peaks, decoders }
}

async function measureWorkers(path: string, bytes: number, key: RunKey): Promise<Measured[]> {
  say('starting workers')
  await using one = await pooledScanner(path, bytes, key, 1)
  await using two = await pooledScanner(path, bytes, key, 2)
  return await measure('workers', [one, two])
}

async function measureSearches(path: string, bytes: number, needles: readonly string[]): Promise<Results['searches']> {
  say('installing YARA-X')
  const yara = await yaraX(path, bytes, needles, folder)
  const contenders = [
    letheFilter(path, bytes, needles),
    pageCache(path, bytes),
    await ripgrep(path, bytes, needles, join(folder, 'needles')),
    indexOf(firstRound(path), needles),
    ...('look' in yara ? [yara] : []),
  ]
  return [...(await measure('searches', contenders)), ...('absent' in yara ? [yara] : [])]
}

async function measureMinted(path: string, bytes: number, key: RunKey): Promise<Measured[]> {
  say('minting')
  const mints = MINTED.map(count => {
    const mint = new Mint(key)
    return { count, canaries: Array.from({ length: count }, () => mintOne(mint)) }
  })
  const name = (count: number): string => `${count.toLocaleString('en')} canaries minted`
  const contenders = mints.map(({ count, canaries }) => ({
    ...letheScanner(name(count), path, bytes, key, { depth: 0 }),
    canaries,
  }))
  return measure('minted', contenders)
}

function mintOne(mint: Mint): string {
  return mint.mint({ role: 'payload', data: null, exchange: null, field: null, position: 'whole' }).text
}

function measure(what: keyof typeof SECONDS, contenders: readonly Contender[]): Promise<Measured[]> {
  say(`measuring ${what}`)
  return measureAll(contenders, performance.now() + SECONDS[what] * 1000)
}

function firstRound(path: string): Buffer {
  const part = Buffer.alloc(ROUND)
  const file = openSync(path, 'r')
  readSync(file, part, 0, ROUND, 0)
  closeSync(file)
  return part
}

function bytesOf(option: string, text: string, most: number): number {
  const [, count = '', unit = ''] = /^(\d+)(MiB|GiB)$/.exec(text) ?? []
  const bytes = Number(count) * UNITS[unit === 'GiB' ? 'GiB' : 'MiB']
  if (bytes >= UNITS.MiB && bytes <= most) return bytes
  throw new RangeError(`${option} wants 1MiB to ${most / UNITS.GiB}GiB, not ${text}`)
}

function say(what: string): void {
  process.stderr.write(`${what} …\n`)
}
