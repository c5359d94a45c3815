const FIRST_STAND_IN = 0x100
const BYTES = 256

/** Bytes that stand for themselves: the printable ones of Latin-1, but for the soft hyphen. */
function isPrintable(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
}

/** The byte that each character stands for; the others are numbered on from U+0100. */
function bytesByCharacter(): ReadonlyMap<string, number> {
  const bytes = new Map<string, number>()
  let standIn = FIRST_STAND_IN
  for (let byte = 0; byte < BYTES; byte++) {
    bytes.set(String.fromCharCode(isPrintable(byte) ? byte : standIn++), byte)
  }
  return bytes
}

const byteOf = bytesByCharacter()

/**
 * The bytes of a token as GPT-2's byte-level vocabularies spell them: one printable character a byte
 * (`bytes_to_unicode` in openai/gpt-2, src/encoder.py). Null when it is none, such as a special token's name.
 */
export function byteLevelBytes(spelled: string): Uint8Array | null {
  const bytes = Array.from(spelled, character => byteOf.get(character))
  return bytes.every(byte => byte !== undefined) ? Uint8Array.from(bytes) : null
}
