import { LetheError } from '../model/error.ts'
import { fillerText } from './filler.ts'

/** The piece that is sent again and again: a body of 64 MiB takes no more memory than this. Begins with a blank. */
const block = Buffer.from(` ${fillerText('padding', 64 * 1024 - 1)}`)

/**
 * A body in pieces, with `bytes` bytes of ordinary words put into one of its texts: half of them behind the text's first
 * word, the other half before its last one. A text that has canaries there keeps them at the head, in the middle and at
 * the tail.
 * @param text as it stands in `body`
 * @throws LetheError HARNESS where it does not stand there, or is a single word
 */
export function padded(body: Uint8Array, text: string, bytes: number): readonly Uint8Array[] {
  const at = Buffer.from(body.buffer, body.byteOffset, body.byteLength).lastIndexOf(text)
  if (at < 0 || !text.includes(' ')) {
    throw new LetheError('HARNESS', 'A body has no text that could be made longer.', 'Report it with your surfaces.')
  }
  const seams = [at + text.indexOf(' '), at + text.lastIndexOf(' ')] as const
  const half = Math.floor(bytes / 2)
  return [
    body.subarray(0, seams[0]),
    ...words(half),
    body.subarray(seams[0], seams[1]),
    ...words(bytes - half),
    body.subarray(seams[1]),
  ]
}

function words(bytes: number): Uint8Array[] {
  const whole = Array.from({ length: Math.floor(bytes / block.length) }, () => block)
  return [...whole, block.subarray(0, bytes % block.length)]
}
