const SPACE = /\u2581/g
const BYTE = /^<0x([0-9A-F]{2})>$/
const CONTROL = /^<(?:unk|s|\/s)>$/

/**
 * The bytes of a token as SentencePiece spells them: `▁` for a space, `<0x0A>` for a byte that is no character by
 * itself (google/sentencepiece, byte fallback). Null for control tokens.
 */
export function sentencePieceBytes(spelled: string): Uint8Array | null {
  const byte = BYTE.exec(spelled)?.[1]
  if (byte !== undefined) return Uint8Array.of(Number.parseInt(byte, 16))
  return CONTROL.test(spelled) ? null : Buffer.from(spelled.replace(SPACE, ' '))
}
