import { machine } from '../../report.ts'
import type { ConformanceRun } from './conformance.ts'
import type { Cycles } from './cycles.ts'
import type { Latency } from './latency.ts'
import type { MemoryScan } from './memory.ts'
import { quantile } from './quantile.ts'

/** What `npm run bench:capture-cost` measured in one run. */
export interface Costs {
  readonly latencies: readonly Latency[]
  readonly cycles: readonly Cycles[]
  readonly memory: readonly MemoryScan[]
  readonly conformance: ConformanceRun
  /** channels that were not measured, and why */
  readonly notes: readonly string[]
}

/** docs/performance-capture.md. */
export function costMarkdown({ latencies, cycles, memory, conformance, notes }: Costs): string {
  return `# What watching costs

Written by \`npm run bench:capture-cost\`, in one run: read what is beside each other, and nothing across machines.

Machine: ${machine()}.

## Latency of the deployment

Chat completions of the reference gateway, one after another, in blocks in turn without the channel and with it; each block is a gateway
of its own. Milliseconds until the last byte of an answer.

${latencyTable(latencies)}

## Files that live for an instant

A process creates, writes, closes and removes files as fast as it can, each with a canary of its own; once alone, and once before the channel.

${cycleTable(cycles)}

## Memory

A process that holds memory without a page that is empty or like another, beside Node's own. "Stopped": the longest that it did not run, by
its own clock, while it was looked at (and before, where nobody looked).

${memoryTable(memory)}

## A whole run

The reference with all its sinks, from its start to its verdicts: ${conformance.seconds.toFixed(1)} s, exit code ${conformance.exitCode ?? 'none: it was ended'}.
${notes.length === 0 ? '' : `\n## Not measured\n\n${notes.map(note => `- ${note}`).join('\n')}\n`}`
}

function latencyTable(latencies: readonly Latency[]): string {
  const lines = latencies.map(({ channel, off, on }) => {
    const cells = [0.5, 0.99].flatMap(share => {
      const [without, within] = [quantile(off, share), quantile(on, share)]
      return [without.toFixed(2), within.toFixed(2), signed(within - without)]
    })
    return `| ${channel} | ${on.length} | ${cells.join(' | ')} |`
  })
  return table(
    ['', 'requests each', 'p50 off', 'p50 on', 'added', 'p99 off', 'p99 on', 'added'],
    lines,
    'No channel looks on here.',
  )
}

function cycleTable(cycles: readonly Cycles[]): string {
  const lines = cycles.map(({ channel, files, caught, incomplete, milliseconds: { off, on } }) => {
    const perFile = (ms: number): string => ((1000 * ms) / files).toFixed(1)
    return `| ${channel} | ${caught} of ${files} | ${perFile(off)} | ${perFile(on)} | ${incomplete.join('; ') || 'no'} |`
  })
  return table(['', 'caught', 'µs a file, off', 'on', 'incomplete'], lines, 'No channel looks on here.')
}

function memoryTable(scans: readonly MemoryScan[]): string {
  const lines = scans.map(({ channel, mebibytes, bytes, seconds, stoppedMs, incomplete }) => {
    const speed = (bytes / 1e9 / seconds).toPrecision(3)
    const stopped = `${Math.round(stoppedMs.on)} ms (${Math.round(stoppedMs.off)} ms)`
    return `| ${channel} | ${mebibytes} | ${(bytes / 2 ** 20).toFixed(0)} | ${seconds.toFixed(2)} | ${speed} | ${stopped} | ${incomplete.join('; ') || 'no'} |`
  })
  return table(
    ['', 'MiB held', 'MiB read', 'seconds', 'GB/s', 'stopped', 'incomplete'],
    lines,
    'No channel reads memory here.',
  )
}

function table(head: readonly string[], lines: readonly string[], none: string): string {
  if (lines.length === 0) return none
  return [`| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`, ...lines].join('\n')
}

function signed(difference: number): string {
  return `${difference < 0 ? '−' : '+'}${Math.abs(difference).toFixed(2)}`
}
