import { spawn } from 'node:child_process'
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { Readable, type Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import type { RunKey } from '../harness/canary/key.ts'

const peakSchema = z.object({
  bytes: z.number(),
  found: z.number(),
  incomplete: z.array(z.string()),
  peak: z.number(),
})

/** The most memory that a scan ever had, all threads together, in a process of its own. */
export type Peak = z.infer<typeof peakSchema> & { readonly name: string; readonly seconds: number }

/**
 * Scans inputs of `size` bytes: a sparse file with a canary at its end, a stream that is the corpus again and again, and both
 * at once, which takes two workers.
 * @param sparse where the file is made
 */
export async function measurePeaks(
  size: number,
  corpus: string,
  sparse: string,
  key: RunKey,
  canary: string,
): Promise<Peak[]> {
  const file = openSync(sparse, 'wx', 0o600)
  ftruncateSync(file, size - canary.length)
  writeSync(file, canary, size - canary.length)
  closeSync(file)
  return [
    await peakOf('a sparse file', [sparse], 0, corpus, key),
    await peakOf('a stream of the corpus', ['-'], size, corpus, key),
    await peakOf('both at once', [sparse, '-'], size, corpus, key),
  ]
}

/** @param piped bytes of the corpus, again and again, to standard input */
async function peakOf(name: string, paths: string[], piped: number, corpus: string, key: RunKey): Promise<Peak> {
  const started = performance.now()
  const child = spawn(process.execPath, ['bench/peak.ts', key.hex, ...paths], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [said] = await Promise.all([text(child.stdout), pipeAgain(child.stdin, corpus, piped)])
  return { name, seconds: (performance.now() - started) / 1000, ...peakSchema.parse(JSON.parse(said)) }
}

async function pipeAgain(target: Writable, path: string, bytes: number): Promise<void> {
  const corpus = bytes === 0 ? Buffer.alloc(0) : readFileSync(path)
  // What the child does not read it says itself, by the bytes that it counts.
  await pipeline(Readable.from(again(corpus, bytes)), target).catch(() => undefined)
}

function* again(corpus: Buffer, bytes: number): Generator<Buffer> {
  for (let given = 0; given < bytes; ) {
    const at = given % corpus.length
    const chunk = corpus.subarray(at, Math.min(at + 2 ** 20, at + bytes - given))
    given += chunk.length
    yield chunk
  }
}
