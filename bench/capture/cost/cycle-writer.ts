import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/**
 * `node bench/capture/cost/cycle-writer.ts FOLDER`: for each line of standard input a file that is created, written, closed and removed.
 * It prints `ready` at its start, and at its end the milliseconds that all of them took. Then it lives until its input ends.
 */
const [folder = ''] = process.argv.slice(2)
const texts: string[] = []
const lines = createInterface({ input: process.stdin })
process.stdout.write('ready\n')
for await (const line of lines) {
  if (line !== '') texts.push(line)
  else play()
}

/** Nothing is read meanwhile: the files follow each other as closely as this process can. */
function play(): void {
  const started = performance.now()
  for (const [index, text] of texts.entries()) {
    const path = join(folder, `cycle-${index}`)
    const fd = openSync(path, 'wx', 0o600)
    writeSync(fd, `${text}\n`)
    closeSync(fd)
    unlinkSync(path)
  }
  process.stdout.write(`${performance.now() - started}\n`)
}
