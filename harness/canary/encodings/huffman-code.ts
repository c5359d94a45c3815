import type { Codes } from '../form.ts'

const LONGEST = 30
const SYMBOLS = 257

const chars = (text: string): number[] => [...Buffer.from(text, 'latin1')]
const range = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, at) => first + at)

/** The symbols whose code has so many bits, in the order of their codes (RFC 7541, appendix B). 256 is the end of a string. */
const symbolsByLength: ReadonlyMap<number, readonly number[]> = new Map([
  [5, chars('012aceiost')],
  [6, chars(' %-./3456789=A_bdfghlmnpru')],
  [7, chars(':BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz')],
  [8, chars('&*,;XZ')],
  [10, chars('!"()?')],
  [11, chars("'+|")],
  [12, chars('#>')],
  [13, chars('\0$@[]~')],
  [14, chars('^}')],
  [15, chars('<`{')],
  [19, [92, 195, 208]],
  [20, [128, 130, 131, 162, 184, 194, 224, 226]],
  [21, [153, 161, 167, 172, 176, 177, 179, 209, 216, 217, 227, 229, 230]],
  [
    22,
    [
      129, 132, 133, 134, 136, 146, 154, 156, 160, 163, 164, 169, 170, 173, 178, 181, 185, 186, 187, 189, 190, 196, 198,
      228, 232, 233,
    ],
  ],
  [
    23,
    [
      1, 135, 137, 138, 139, 140, 141, 143, 147, 149, 150, 151, 152, 155, 157, 158, 165, 166, 168, 174, 175, 180, 182,
      183, 188, 191, 197, 231, 239,
    ],
  ],
  [24, [9, 142, 144, 145, 148, 159, 171, 206, 215, 225, 236, 237]],
  [25, [199, 207, 234, 235]],
  [26, [192, 193, 200, 201, 202, 205, 210, 213, 218, 219, 238, 240, 242, 243, 255]],
  [27, [203, 204, 211, 212, 214, 221, 222, 223, 241, 244, 245, 246, 247, 248, ...range(250, 254)]],
  [28, [...range(2, 8), 11, 12, ...range(14, 21), ...range(23, 31), 127, 220, 249]],
  [30, [10, 13, 22, 256]],
])

/** Codes are consecutive numbers, those of one length after another. */
const codes = new Uint32Array(SYMBOLS)
const lengths = new Uint8Array(SYMBOLS)
/** By length: the first code, and the symbols that have one. */
const firsts = new Uint32Array(LONGEST + 1)
for (let length = 1, next = 0; length <= LONGEST; length++, next *= 2) {
  firsts[length] = next
  for (const symbol of symbolsByLength.get(length) ?? []) {
    codes[symbol] = next++
    lengths[symbol] = length
  }
}

/** How many bits the code of a byte has. */
export function huffmanLength(byte: number): number {
  return lengths[byte] ?? 0
}

/** The code of a byte, as many bits as `huffmanLength` says, the highest first. */
export function huffmanCode(byte: number): number {
  return codes[byte] ?? 0
}

/** Whether bit number `bit` is set, the highest bit of the first byte being number 0; null where there is no byte. */
export function bitAt(bytes: Codes, bit: number): 0 | 1 | null {
  const byte = bytes[bit >> 3] ?? -1
  return byte < 0 ? null : ((byte >> (7 - (bit & 7))) & 1) === 1 ? 1 : 0
}

/** The byte whose code begins at a bit, or -1: the bytes end within it, or it is the end of a string. */
export function huffmanByte(bytes: Codes, bit: number): number {
  let code = 0
  for (let length = 1; length <= LONGEST; length++) {
    const next = bitAt(bytes, bit + length - 1)
    if (next === null) return -1
    code = code * 2 + next
    const symbol = symbolsByLength.get(length)?.[code - (firsts[length] ?? 0)]
    if (symbol !== undefined) return symbol < SYMBOLS - 1 ? symbol : -1
  }
  return -1
}
