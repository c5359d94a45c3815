import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'

/**
 * `node bench/capture/host.ts FOLDER HOLD PATTERN…`: the first process of a deployment. It starts a writer for each pattern, one after
 * another, which reads its text from this one's standard input and answers on its standard output, so that no text
 * passes through this process. All of them live until it is ended.
 */
const WRITER = fileURLToPath(new URL('./writer.ts', import.meta.url))
const [folder = '', hold = '', ...names] = process.argv.slice(2)
process.stdout.write('ready\n')
for (const name of names) await written(name)
process.on('SIGTERM', () => process.exit())
// No writer reads it any more: its end is that of whoever started this.
process.stdin.on('end', () => process.exit()).resume()

/** Returns when the pattern has been played; where its writer fails, this process does. */
async function written(name: string): Promise<void> {
  const writer = spawn(process.execPath, [WRITER, folder, hold, name], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
  })
  const link = writer.stdio[3]
  if (!(link instanceof Duplex)) throw new TypeError('a writer without a link')
  const failed = once(writer, 'exit').then(([code, signal]) => {
    throw new Error(`${name}: its writer ended by itself (${code ?? signal})`)
  })
  failed.catch(() => undefined)
  await Promise.race([once(link, 'data'), failed])
}
