import type { Codes } from '../../canary/form.ts'
import type { CarvedDecoder } from './decoder.ts'
import type { Parser } from './parsing.ts'
import { Parsing, whole } from './parsing.ts'

/** The field as servers write it: in both cases, HTTP/1.1 alone has it. */
const magics = ['Transfer-Encoding: chunked\r\n', 'transfer-encoding: chunked\r\n'].map(field => Buffer.from(field))
const LONGEST_HEADER = 16 * 1024
const LONGEST_SIZE_LINE = 256
const END_OF_HEADER = '\r\n\r\n'
const LINE_END = '\r\n'
const PIECE = 64 * 1024

/**
 * The body of a message of HTTP/1.1 that comes in chunks (RFC 9112, 7.1), without the lines between them. It begins at
 * the header field that says so; a body that is cut, or is none after all, is read as far as it goes.
 */
export const chunkedDecoder: CarvedDecoder = {
  name: 'chunked',
  kind: 'frame',
  period: null,
  magics,
  isPlausible: (codes, at) => isFieldOrEnd(codes, at + (magics[0]?.length ?? 0)),
  open: () => new Parsing(parse()),
}

/** Another field, or the end of the header: a letter or a line end. */
function isFieldOrEnd(codes: Codes, at: number): boolean {
  return /[\rA-Za-z]/.test(String.fromCharCode(codes[at] ?? 0))
}

function* parse(): Parser {
  const header = yield* readText(END_OF_HEADER, LONGEST_HEADER)
  if (!header.endsWith(END_OF_HEADER)) return { ...whole, isCertain: false }
  for (let chunks = 0; ; chunks++) {
    const line = yield* readText(LINE_END, LONGEST_SIZE_LINE)
    const size = Number.parseInt(/^([0-9A-Fa-f]{1,12})[ \t]*(?:;[^\r\n]*)?\r\n$/.exec(line)?.[1] ?? '', 16)
    if (Number.isNaN(size)) return { damage: null, unused: line.length, isCertain: chunks > 0 }
    if (size === 0) return whole
    for (let left = size; left > 0; ) {
      const piece = yield Math.min(left, PIECE)
      if (piece.length === 0) return whole
      yield piece
      left -= piece.length
    }
    const after = Buffer.from(yield LINE_END.length)
    if (after.toString('latin1') !== LINE_END) return { damage: null, unused: after.length, isCertain: chunks > 0 }
  }
}

/** Reads up to and with an ending, or so many bytes, or all that there are. */
function* readText(ending: string, most: number): Generator<number, string, Uint8Array> {
  let text = ''
  while (!text.endsWith(ending) && text.length < most) {
    const [byte] = yield 1
    if (byte === undefined) break
    text += String.fromCharCode(byte)
  }
  return text
}
