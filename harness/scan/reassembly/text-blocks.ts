const BLOCK = 512
const SAMPLES = 32
/** So many of the samples that no text has make a block binary: of random bytes, 97 blocks of 100 are. */
const MOST_ODD = 1

/** 1 for bytes that are in no text: control characters other than white space and escape, and what UTF-8 never has. */
const odd = new Uint8Array(256)
for (let code = 0; code < 256; code++) {
  const isControl = code < 9 || (code > 13 && code < 32 && code !== 27) || code === 127
  if (isControl || code === 0xc0 || code === 0xc1 || code >= 0xf5) odd[code] = 1
}

/** Where text is, in order, and where it ends: `onGap` is called between parts that have other bytes between them. */
export function forEachText(bytes: Uint8Array, onText: (from: number, to: number) => void, onGap: () => void): void {
  let begin = -1
  for (let at = 0; at < bytes.length; at += BLOCK) {
    if (isText(bytes, at, Math.min(bytes.length, at + BLOCK))) {
      if (begin < 0) begin = at
      continue
    }
    if (begin >= 0) onText(begin, at)
    begin = -1
    onGap()
  }
  if (begin >= 0) onText(begin, bytes.length)
}

/** Judged by some of the bytes: cheap, for anything. */
function isText(bytes: Uint8Array, from: number, to: number): boolean {
  const step = Math.max(1, Math.floor((to - from) / SAMPLES))
  let found = 0
  for (let at = from; at < to; at += step) found += odd[bytes[at] ?? 0] ?? 0
  return found <= MOST_ODD
}
