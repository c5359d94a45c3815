import type { Needle } from '../canary/closure.ts'
import { closureOf } from '../canary/closure.ts'
import type { Encoder } from '../canary/form.ts'
import { Unit } from '../canary/form.ts'
import { peel } from '../canary/peel.ts'
import { areGzipFlags, gzipMagic } from './decoders/gzip-header.ts'

/** The beginning of gzip, plain or under encodings: where it stands a container may begin. */
export const triggers: readonly Needle[] = closureOf(gzipMagic, 'bytes').filter(isOfBytes)

/** UTF-16 is of text: nobody writes compressed data so. */
function isOfBytes({ chain }: Needle): boolean {
  return chain.at(-1)?.over !== 'text'
}

/** How far around a trigger its surroundings must be seen, in bytes: a few of the header, under its encodings. */
export function triggerReach({ chain }: Needle): number {
  return 8 * chain.reduce((width, encoder) => width * encoder.form.width, 1)
}

/** Where the container begins whose trigger stands at `at`, or null when it is no header of gzip after all. */
export function containerStart(trigger: Needle, bytes: Uint8Array, at: number, position: number): number | null {
  const header = peel(bytes, at, trigger.chain)
  const isMagic = gzipMagic.every((byte, index) => header.codes[header.at + index] === byte)
  if (!isMagic || !areGzipFlags(header.codes[header.at + gzipMagic.length] ?? -1)) return null
  const outermost = trigger.chain[0]
  if (outermost === undefined) return at
  if (outermost.over === 'text' && isShadow(trigger, bytes, at, position)) return null
  return unitAround(outermost, bytes, at, header.from(header.at - (trigger.chain.at(-1)?.form.skip ?? 0)))
}

/** Where the unit begins that holds the byte at `wanted`, which is at or before the trigger. */
function unitAround({ form }: Encoder, bytes: Uint8Array, at: number, wanted: number): number | null {
  const unit = new Unit()
  let isUnit = form.first(bytes, at, unit)
  while (isUnit && unit.start > wanted) isUnit = form.previous(bytes, unit.start, unit)
  return isUnit && unit.start >= 0 ? unit.start : null
}

/** UTF-16 that can be read in the other byte order too, and begins at an even place when it is. */
function isShadow(trigger: Needle, bytes: Uint8Array, at: number, position: number): boolean {
  if ((position + at) % 2 === 0) return false
  const isLittleEndian = trigger.bytes[0] !== 0
  return bytes[isLittleEndian ? at - 1 : at + trigger.bytes.length] === 0
}
