import { readSync, writeSync } from 'node:fs'
import { Refused } from './kernel/libc.ts'
import type { Pattern } from './patterns/pattern.ts'
import { Site } from './patterns/site.ts'
import { families } from './registry.ts'

/**
 * `node bench/capture/writer.ts PATTERN FOLDER HOLD`: plays a deployment that writes a text in one way. The text comes on standard
 * input, one line: an argument would lie in /proc, and a string in the heap. HOLD: milliseconds between writing and
 * removing, or `prove`. Then it says in one line of JSON what became of it, and goes on living until its input ends.
 */
const LINE_BYTES = 256
const [name = '', folder = '', hold = ''] = process.argv.slice(2)
const pattern = families.flatMap(({ patterns }) => patterns).find(one => one.name === name)
if (pattern === undefined) throw new RangeError(`there is no pattern ${name}`)
const line = Buffer.alloc(LINE_BYTES)
const canary = line.subarray(0, readSync(0, line)).subarray(0, -1)
const site = new Site(folder, name.replaceAll(/[^a-z0-9]+/gi, '-'), canary, hold === 'prove' ? hold : Number(hold))
writeSync(1, `${JSON.stringify(await play(pattern))}\n`)
while (readSync(0, line) > 0);

async function play({ write }: Pattern): Promise<{ proven: boolean | null } | { refused: string }> {
  try {
    await write(site)
    return { proven: site.isProven }
  } catch (error) {
    if (error instanceof Refused) return { refused: error.message }
    throw error
  } finally {
    site.forget()
  }
}
