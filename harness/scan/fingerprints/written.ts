/** How each byte of a text is written in a JSON string (RFC 8259, section 7), as writers do that escape only what they must. */
const written = Array.from({ length: 256 }, (_, byte) =>
  byte < 0x80 ? Buffer.from(JSON.stringify(String.fromCharCode(byte)).slice(1, -1)) : Buffer.of(byte),
)

/** A text as it stands in JSON, and for each byte there the place in the text that it stands for. */
export interface Written {
  readonly bytes: Uint8Array
  readonly source: Uint32Array
}

/** @returns null where the text stands in JSON as it is */
export function jsonWritten(text: Uint8Array): Written | null {
  const length = text.reduce((sum, byte) => sum + (written[byte]?.length ?? 0), 0)
  if (length === text.length) return null
  const bytes = new Uint8Array(length)
  const source = new Uint32Array(length)
  let end = 0
  for (const [at, byte] of text.entries()) {
    const form = written[byte] ?? []
    bytes.set(form, end)
    source.fill(at, end, end + form.length)
    end += form.length
  }
  return { bytes, source }
}
