import { createReadStream, readFileSync } from 'node:fs'
import { RunKey } from '../harness/canary/key.ts'
import { installedVocabularies } from '../harness/canary/tokens/load.ts'
import { createPooledScanner } from '../harness/scan/workers/pooled-scanner.ts'

/**
 * `node bench/peak.ts KEY PATH…`: scans files, or standard input for `-`, all at once, each as one stream. Prints as JSON the bytes, the
 * canaries found, the reasons of what was not seen and the most memory that this process ever had, in bytes: of Linux.
 */
const [key = '', ...paths] = process.argv.slice(2)
await using scanner = createPooledScanner(
  RunKey.fromHex(key),
  {},
  {
    workers: 2,
    vocabularies: await installedVocabularies(),
  },
)
let found = 0
const scans = paths.map(async path => {
  const stream = scanner.open(() => {
    found += 1
  })
  const chunks: AsyncIterable<Uint8Array> =
    path === '-' ? process.stdin : createReadStream(path, { highWaterMark: 2 ** 18 })
  for await (const chunk of chunks) await stream.push(chunk)
  return stream.end()
})
const coverages = await Promise.all(scans)
const bytes = coverages.reduce((sum, coverage) => sum + coverage.bytes, 0)
const incomplete = coverages.flatMap(coverage => coverage.incomplete)
process.stdout.write(JSON.stringify({ bytes, found, incomplete, peak: mostMemory() }))

/** proc_pid_status(5). `maxRSS` of getrusage(2) would begin with what the process that started this one had: Linux keeps it over execve. */
function mostMemory(): number {
  const [, kib] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return Number(kib) * 1024
}
