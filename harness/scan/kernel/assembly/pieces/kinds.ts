/** Marks of bytes, by their code: what a text, a name, or the frame of a line is made of. */

/** Bytes of names, and those that mean something outside of strings; all others end a name. */
export const NAME: u32 = 1
export const MARK: u32 = 2
/** In the frame of a line. */
export const UPPER: u32 = 8
export const HEX: u32 = 16
export const DELIMITER: u32 = 32
export const LETTER: u32 = 64
/** behind a quote that ends a part of a text */
export const TAIL: u32 = 128

const kinds: u32 = <u32>memory.data(256)

export function kindOf(code: u32): u32 {
  return load<u8>(kinds + code)
}

export function layKinds(): void {
  range(0x61, 0x7a, NAME | LETTER)
  range(0x41, 0x5a, NAME | LETTER | UPPER)
  range(0x30, 0x39, NAME | HEX)
  range(0x61, 0x66, HEX)
  range(0x41, 0x46, HEX)
  mark('_.-@$', NAME)
  mark('"\n{}[]:,=', MARK)
  mark('-', HEX)
  mark(' \t:|])}>="\'', DELIMITER)
  mark(',+;) ', TAIL)
}

function range(from: u32, to: u32, kind: u32): void {
  for (let code = from; code <= to; code++) add(code, kind)
}

function mark(codes: string, kind: u32): void {
  for (let index = 0; index < codes.length; index++) add(codes.charCodeAt(index), kind)
}

function add(code: u32, kind: u32): void {
  store<u8>(kinds + code, load<u8>(kinds + code) | kind)
}
