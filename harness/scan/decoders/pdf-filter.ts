import type { CarvedDecoder } from './decoder.ts'
import type { Ending, Parser } from './parsing.ts'
import { ended, Parsing, whole } from './parsing.ts'

/** From the filter's name to the stream's data stands the rest of a dictionary: not more than this. */
const LONGEST_DICTIONARY = 1024
const BEGIN = /stream\r?\n$/
const LONGEST_STREAM = 64 * 2 ** 20
const PIECE = 16 * 1024
const GROUP = 5
const FIRST_DIGIT = 0x21
const LAST_DIGIT = 0x75
const ZEROS = 0x7a
const SPACE = 0x20
const END_OF_RUNS = 128

type Filter = () => Generator<number | Uint8Array, Ending, Uint8Array>

/** Streams of PDF under filters that nothing else reads (ISO 32000-1, 7.4): what comes out may be packed once more. */
export const pdfFilterDecoders: readonly CarvedDecoder[] = [
  pdfFilter('ascii85', 'ASCII85Decode', readAscii85),
  pdfFilter('runlength', 'RunLengthDecode', readRuns),
  pdfFilter('lzw', 'LZWDecode', refuseLzw),
]

function pdfFilter(name: string, filter: string, read: Filter): CarvedDecoder {
  const magic = Buffer.from(filter)
  return {
    name,
    kind: 'compressed',
    period: null,
    magics: [magic],
    wrapped: { depth: 0, onlyAtBegin: true },
    isPlausible: () => true,
    open: () => new Parsing(parse(magic.length, read)),
  }
}

function* parse(size: number, read: Filter): Parser {
  yield size
  for (let text = ''; text.length < LONGEST_DICTIONARY; ) {
    const byte = yield 1
    if (byte.length === 0) return whole
    text += String.fromCharCode(byte[0] ?? 0)
    if (text.endsWith('endobj') || text.endsWith('\0')) return whole
    if (BEGIN.test(text) && text.includes('>>')) return yield* read()
  }
  return whole
}

/** Groups of five digits are four bytes; `~` ends them. */
function* readAscii85(): Generator<number | Uint8Array, Ending, Uint8Array> {
  let out: number[] = []
  let digits: number[] = []
  for (let read = 0; read < LONGEST_STREAM; ) {
    const piece = yield PIECE
    read += piece.length
    for (const [at, byte] of piece.entries()) {
      if (byte === ZEROS && digits.length === 0) out.push(0, 0, 0, 0)
      else if (byte >= FIRST_DIGIT && byte <= LAST_DIGIT) digits.push(byte - FIRST_DIGIT)
      else if (byte > SPACE) {
        yield Uint8Array.from([...out, ...bytesOf(digits)])
        return { ...whole, unused: piece.length - at }
      }
      if (digits.length < GROUP) continue
      out.push(...bytesOf(digits))
      digits = []
    }
    if (piece.length < PIECE) out.push(...bytesOf(digits))
    yield Uint8Array.from(out)
    out = []
    if (piece.length < PIECE) return whole
  }
  return ended(`a stream of PDF of more than ${LONGEST_STREAM} bytes was not read further`)
}

/** A group that is not whole has one byte less than digits. */
function bytesOf(digits: readonly number[]): number[] {
  if (digits.length < 2) return []
  const filled = [...digits, 84, 84, 84, 84].slice(0, GROUP)
  const value = filled.reduce((sum, digit) => sum * 85 + digit, 0)
  return [24, 16, 8, 0].map(bits => Math.floor(value / 2 ** bits) & 0xff).slice(0, digits.length - 1)
}

/** A length below 128 is followed by so many bytes and one more; one above by a byte that comes 257 times less the length. */
function* readRuns(): Generator<number | Uint8Array, Ending, Uint8Array> {
  let out: Uint8Array[] = []
  for (let size = 0; size < LONGEST_STREAM; ) {
    const length = (yield 1)[0] ?? END_OF_RUNS
    if (length === END_OF_RUNS) break
    const bytes = yield length < END_OF_RUNS ? length + 1 : 1
    const run = length < END_OF_RUNS ? Uint8Array.from(bytes) : new Uint8Array(257 - length).fill(bytes[0] ?? 0)
    size += run.length
    out.push(run)
    if (out.length < 256) continue
    yield Buffer.concat(out)
    out = []
    if (size >= LONGEST_STREAM)
      return ended(`a stream of PDF of more than ${LONGEST_STREAM} bytes was not read further`)
  }
  yield Buffer.concat(out)
  return whole
}

// biome-ignore lint/correctness/useYield: it ends before it asks for anything
function* refuseLzw(): Generator<number | Uint8Array, Ending, Uint8Array> {
  return ended('a stream of PDF is packed by LZW, and was not read')
}
