/** A line without its end, as a range of bytes. */
interface Line {
  readonly bytes: Uint8Array
  readonly from: number
  readonly to: number
}

/** The bytes of one line of a dump: as they are written, and with each group the other way round where that differs. */
export interface DumpLine {
  readonly big: readonly number[]
  readonly little: readonly number[] | null
}

const SPACE = 0x20
const CELL = 4
const OFFSET = /^(?:0x)?[0-9a-f]{4,16}:?$/i
const OCTAL_OFFSET = /^[0-7]{6,22}$/
const escapes = new Map([...'0abtnvfr'].map((letter, index) => [letter, [0, 7, 8, 9, 10, 11, 12, 13][index] ?? 0]))

/**
 * Reads a line of a hex, octal, decimal or character dump, with an offset before it and a column of characters behind
 * it, or none: as xxd, hexdump (also -C), od with every type, tcpdump -X and Wireshark write them, and pairs of hex
 * digits without an offset. Null for any other line; the kernel leaves out what cannot be one by its beginning.
 */
export function readDumpLine({ bytes, from, to }: Line): DumpLine | null {
  const text = Buffer.from(bytes.subarray(from, to)).toString('latin1').trimEnd()
  const [, lead = '', offset = '', rest = ''] = /^(\s*)(\S+)(.*)$/.exec(text) ?? []
  if (!OFFSET.test(offset)) return pairsOf(text.slice(lead.length))
  const data = withoutCharacters(rest, offset.endsWith(':'))
  if (OCTAL_OFFSET.test(offset)) return charactersOf(rest) ?? groupsOf(data)
  return groupsOf(data)
}

/** xxd and tcpdump write two spaces before the characters, others `|`, `>` or at least three. */
function withoutCharacters(rest: string, isColon: boolean): string {
  const data = rest.trimStart()
  const end = isColon ? data.search(/ {2}/) : data.search(/ {3}|[ \t]+[|>]/)
  return end < 0 ? data : data.slice(0, end)
}

function pairsOf(text: string): DumpLine | null {
  const tokens = withoutCharacters(text, false).split(/\s+/)
  if (tokens.length < 2 || !tokens.every(token => /^[0-9a-f]{2}$/i.test(token))) return null
  return { big: tokens.map(token => Number.parseInt(token, 16)), little: null }
}

function groupsOf(data: string): DumpLine | null {
  const tokens = data.split(/\s+/).filter(token => token !== '')
  const width = tokens[0]?.length ?? 0
  if (tokens.length === 0) return null
  if (isAll(tokens, /^[0-9a-f]+$/i) && [2, 4, 8, 16, 32].includes(width) && areOfWidth(tokens, width)) {
    return hexOf(tokens, width)
  }
  if (!isAll(tokens, /^[0-9]+$/)) return null
  return octalOf(tokens, width) ?? decimalOf(tokens)
}

/** The last group may be shorter. */
const areOfWidth = (tokens: readonly string[], width: number): boolean =>
  tokens.every((token, index) => token.length === width || (index === tokens.length - 1 && token.length < width))

const isAll = (tokens: readonly string[], pattern: RegExp): boolean => tokens.every(token => pattern.test(token))

function hexOf(tokens: readonly string[], width: number): DumpLine {
  const groups = tokens.map(token => [...Buffer.from(token, 'hex')])
  return { big: groups.flat(), little: width === 2 ? null : groups.flatMap(group => group.toReversed()) }
}

/** od's octal: 3 digits a byte, 6 two bytes, 11 four. */
function octalOf(tokens: readonly string[], width: number): DumpLine | null {
  const size = new Map([
    [3, 1],
    [6, 2],
    [11, 4],
  ]).get(width)
  if (size === undefined || !areOfWidth(tokens, width) || !isAll(tokens, /^[0-7]+$/)) return null
  return wordsOf(
    tokens.map(token => Number.parseInt(token, 8)),
    size,
  )
}

function decimalOf(tokens: readonly string[]): DumpLine | null {
  const values = tokens.map(Number)
  const size = [1, 2, 4].find(bytes => values.every(value => value < 2 ** (8 * bytes)))
  return size === undefined ? null : wordsOf(values, size)
}

/** Words of so many bytes, as a little-endian machine writes them, or a big-endian one. */
function wordsOf(values: readonly number[], size: number): DumpLine | null {
  if (values.some(value => value >= 2 ** (8 * size))) return null
  const groups = values.map(value => Array.from({ length: size }, (_, index) => (value >>> (8 * index)) & 0xff))
  return { big: groups.flatMap(group => group.toReversed()), little: size === 1 ? null : groups.flat() }
}

/** od -c and od -b: a cell of four columns for each byte. */
function charactersOf(rest: string): DumpLine | null {
  if (rest.length < 2 * CELL || rest.length % CELL !== 0) return null
  const bytes: number[] = []
  for (let at = 0; at < rest.length; at += CELL) {
    const code = rest[at] === ' ' ? cellCode(rest.slice(at + 1, at + CELL)) : null
    if (code === null) return null
    bytes.push(code)
  }
  return { big: bytes, little: null }
}

function cellCode(cell: string): number | null {
  const text = cell.trimStart()
  if (/^[0-7]{3}$/.test(text)) return Number.parseInt(text, 8) & 0xff
  if (text.startsWith('\\')) return escapes.get(text.slice(1)) ?? (text === '\\' ? 0x5c : null)
  if (text === '') return SPACE
  return text.length === 1 ? text.charCodeAt(0) : null
}
