import { closeSync, openSync, readSync } from 'node:fs'

/**
 * Reads a file piece by piece into one buffer.
 * @param overlap bytes of each piece that are read again at the beginning of the next
 * @param visit gets the length of the piece that is in the buffer now
 */
export async function eachPiece(
  path: string,
  buffer: Uint8Array,
  overlap: number,
  visit: (length: number) => Promise<void> | void,
): Promise<void> {
  const file = openSync(path, 'r')
  try {
    for (let at = 0; ; at += buffer.length - overlap) {
      const length = readSync(file, buffer, 0, buffer.length, at)
      await visit(length)
      if (length < buffer.length) return
    }
  } finally {
    closeSync(file)
  }
}
