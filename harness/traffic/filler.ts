import { createHash } from 'node:crypto'

/** 64 ordinary words: a power of two, so that every byte of the generator picks each with equal chance. */
const words = (
  'about above after again almost along always among answer autumn before behind bridge carry century circle ' +
  'clear coast common corner country cover during early engine evening every field figure finish flower follow ' +
  'forest garden gather harbour history island kitchen ladder letter little market measure morning mountain ' +
  'narrow notice number office ordinary paper people picture plain question river season simple station summer ' +
  'village weather window'
).split(' ')

const shortestWord = 5

/** Ordinary words of exactly `bytes` bytes of ASCII, always the same for the same seed; the last word may be cut. */
export function fillerText(seed: string, bytes: number): string {
  if (bytes <= 0) return ''
  const outputLength = Math.ceil(bytes / (shortestWord + 1)) + 1
  const picks = createHash('shake256', { outputLength }).update(seed).digest()
  const text = Array.from(picks, pick => words[pick % words.length]).join(' ')
  return text.slice(0, bytes).replace(/ $/, 's')
}
