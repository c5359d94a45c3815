import { readSync, writeSync } from 'node:fs'
import { Refused } from './kernel/libc.ts'
import { fileStem, type Pattern } from './patterns/pattern.ts'
import { Site } from './patterns/site.ts'
import { families } from './registry.ts'

/**
 * `node bench/capture/writer.ts FOLDER HOLD PATTERN`: a process of a deployment that writes a text in one way. The text is a line
 * of standard input: as an argument it would lie in /proc, as a string in the heap. HOLD: milliseconds between writing and
 * removing, or `prove`. It says in one line of JSON what came of it, and lives until its host ends, as a server does.
 */
const HOST = 3
const LINE_BYTES = 256
const [folder = '', hold = '', name = ''] = process.argv.slice(2)
const pattern = families.flatMap(({ patterns }) => patterns).find(one => one.name === name)
if (pattern === undefined) throw new RangeError(`there is no pattern ${name}`)
const line = Buffer.alloc(LINE_BYTES)
const canary = line.subarray(0, readSync(0, line)).subarray(0, -1)
const site = new Site(folder, fileStem(pattern), canary, hold === 'prove' ? hold : Number(hold))
const answer = JSON.stringify(await play(pattern))
writeSync(1, `${answer}\n`)
writeSync(HOST, '.')
while (readSync(HOST, line) > 0);

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
