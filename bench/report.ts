import { cpus, loadavg, totalmem, type } from 'node:os'
import type { Absent, Measured } from './contender.ts'
import { gibPerSecond } from './contender.ts'
import type { Peak } from './memory.ts'
import type { Share } from './shares.ts'

/** What `npm run bench` found out in one run. */
export interface Results {
  readonly seed: string
  readonly bytes: number
  /** needles that were planted in the corpus */
  readonly planted: number
  readonly searches: readonly (Measured | Absent)[]
  readonly scans: readonly Measured[]
  /** over one thread, and over two workers */
  readonly workers: readonly Measured[]
  /** the same scan, by how many canaries had been minted */
  readonly minted: readonly Measured[]
  /** bytes of each input whose scan's memory was measured */
  readonly memory: number
  readonly peaks: readonly Peak[]
  readonly decoders: { readonly seconds: number; readonly shares: readonly Share[] }
}

/** docs/performance.md. */
export function performanceMarkdown(results: Results): string {
  return `# Performance

Written by \`npm run bench\` (some 5 minutes; \`-- --size 1GiB\` for a larger corpus than 256MiB, \`--memory 20GiB\` for larger inputs of the
memory table than 512MiB). Every figure is of one run of it, on one thread where nothing else is said: read the ratios, and only within this page.
Each row is the fastest of several looks, taken in turn with the others'.

Machine: ${machine()}; load at the end of the run, with the run itself: ${load()}. Corpus: ${mib(results.bytes)} MiB from seed \`${results.seed}\`: random bytes, logs, the text of a source tree, zeros, base64, hex,
gzip, zlib and zstd, with ${results.planted} planted needles of 15 to 24 characters, and canaries.

## Searching for many needles

"Against Lethe" says how many times as long as Lethe's filter it takes for the same bytes.

${searchTable(results.searches)}

## The whole scanner

From bytes to hits, under all usual encodings. Without containers those that are found are not opened (\`depth: 0\`).

${scanTable(results.scans)}

## Several threads

The whole scanner, with containers, over the corpus as 16 streams: each stream is scanned by one worker from beginning to end. Threads
have started, and have scanned 64 MiB, before they are measured.

${scanTable(results.workers)}

## Memory

The most memory that a process ever had (\`VmHWM\`, all threads together) while it scanned inputs of ${mib(results.memory)} MiB, each as one stream, holes of the
sparse file included.

${peakTable(results.peaks)}

## Decoders

One scan of the corpus with every decoder on: time while each decoded, without the scan of what came out. Those that met nothing are left out.

${shareTable(results.decoders)}

## The number of canaries does not matter

The scanner looks for two magics under every encoding, whatever is minted. The same scan, without containers, after so many canaries:

${scanTable(results.minted)}
`
}

function searchTable(rows: readonly (Measured | Absent)[]): string {
  const filter = rows.find((row): row is Measured => 'seconds' in row && row.name.startsWith('Lethe'))
  const base = filter === undefined ? Number.NaN : gibPerSecond(filter)
  const lines = rows.map(row => {
    if ('absent' in row) return `| ${row.name} | not measured: ${row.absent} | | |`
    return `| ${row.name} | ${rate(row)} | ${factor(base / gibPerSecond(row))} | ${row.found ?? ''} |`
  })
  return ['| | GiB/s | against Lethe | found |', '|---|---|---|---|', ...lines].join('\n')
}

function scanTable(rows: readonly Measured[]): string {
  const [first] = rows
  const base = first === undefined ? Number.NaN : gibPerSecond(first)
  const lines = rows.map(
    row => `| ${row.name} | ${rate(row)} | ${factor(base / gibPerSecond(row))} | ${row.found ?? ''} |`,
  )
  return ['| | GiB/s | time, against the first row | hits |', '|---|---|---|---|', ...lines].join('\n')
}

function peakTable(peaks: readonly Peak[]): string {
  const lines = peaks.map(({ name, bytes, peak, seconds, found, incomplete }) => {
    const speed = (bytes / 2 ** 30 / seconds).toPrecision(3)
    return `| ${name} | ${mib(bytes)} | ${Math.round(peak / 2 ** 20)} | ${speed} | ${found} | ${incomplete.join('; ') || 'no'} |`
  })
  return [
    '| | MiB scanned | most MiB of memory | GiB/s, with its start | hits | incomplete |',
    '|---|---|---|---|---|---|',
    ...lines,
  ].join('\n')
}

function shareTable({ seconds, shares }: Results['decoders']): string {
  const sorted = shares.toSorted((one, other) => other.seconds - one.seconds)
  const lines = sorted.map(
    share =>
      `| ${share.name} | ${share.containers} | ${mib(share.bytes)} | ${((100 * share.seconds) / seconds).toFixed(1)} % |`,
  )
  return ['| | opened | MiB out | share of the time |', '|---|---|---|---|', ...lines].join('\n')
}

function rate(row: Measured): string {
  return gibPerSecond(row).toPrecision(3)
}

function factor(ratio: number): string {
  return `${ratio >= 100 ? Math.round(ratio) : ratio.toPrecision(3)}×`
}

const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(1)

const load = (): string => (loadavg()[0] ?? 0).toFixed(1)

/** The machine, in words. */
export function machine(): string {
  const [first, ...more] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${more.length + 1} cores (${first?.model.trim() ?? 'unknown'}), ${memory} GiB of memory, ${type()}, Node ${process.versions.node}`
}
