import { writeSync } from 'node:fs'
import { styleText } from 'node:util'
import { LetheError, reasonOf } from '../model/error.ts'

/** Writes to standard output whole, also when it is a pipe. A reader that went away (`| head`) is no error. */
export function print(text: string): void {
  let bytes: Uint8Array = Buffer.from(text)
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(1, bytes))
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EPIPE') return
      if (code !== 'EAGAIN') throw error
    }
  }
}

export function colours(stream: NodeJS.WriteStream): boolean {
  if (process.env.NO_COLOR !== undefined && process.env.NO_COLOR !== '') return false
  if (process.env.FORCE_COLOR !== undefined && process.env.FORCE_COLOR !== '') return process.env.FORCE_COLOR !== '0'
  return stream.isTTY === true
}

/** An error for a person, on standard error: what failed, why, what to do. Never a stack trace, unless LETHE_DEBUG is set. */
export function printError(error: unknown): void {
  const red = (text: string) => (colours(process.stderr) ? styleText('red', text, { validateStream: false }) : text)
  const code = error instanceof LetheError ? error.code : 'HARNESS'
  process.stderr.write(`${red(`lethe: ${code}:`)} ${error instanceof LetheError ? error.message : reasonOf(error)}\n`)
  const mend = error instanceof LetheError ? error.mend : 'This is a defect of Lethe. LETHE_DEBUG=1 shows where.'
  process.stderr.write(`${mend.replace(/^/gm, '  → ')}\n`)
  if (process.env.LETHE_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`)
}
