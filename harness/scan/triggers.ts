import type { Needle } from '../canary/closure.ts'
import { closureOf } from '../canary/closure.ts'
import type { Encoder } from '../canary/form.ts'
import { Unit } from '../canary/form.ts'
import { peel } from '../canary/peel.ts'
import type { CarvedDecoder } from './decoders/decoder.ts'
import { carvedDecoders } from './decoders/registry.ts'

/** The beginning of something under encodings; other encodings that would give the same bytes do not matter here. */
type Wrapped = Pick<Needle, 'bytes' | 'chain'>

/** The beginning of a container, plain or under encodings: where it stands one may begin. */
export interface Trigger extends Wrapped {
  readonly decoder: CarvedDecoder
  readonly magic: Uint8Array
}

/** No filter finds shorter needles. */
const SHORTEST = 3
/** What decoders judge a beginning by, in bytes. */
const JUDGED = 32
const LINE_FEED = 10
const CARRIAGE_RETURN = 13
/** The highest bits that a byte may have: with two more than the 16 of a short magic, three characters of base64 are fixed. */
const nextBytes = [0x00, 0x40, 0x80, 0xc0]

/** Everything that containers are opened at. */
export const triggers: readonly Trigger[] = carvedDecoders.flatMap(decoder => [
  ...decoder.magics.map(magic => ({ bytes: magic, chain: [], decoder, magic })),
  ...wrappedTriggers(decoder),
])

function wrappedTriggers(decoder: CarvedDecoder): Trigger[] {
  if (decoder.wrapped === undefined) return []
  const { magics = decoder.magics, depth, onlyAtBegin } = decoder.wrapped
  return magics
    .flatMap(magic =>
      closureOf(magic, 'bytes', depth)
        .flatMap(needle => longEnough(needle, magic))
        .map(needle => ({ ...needle, decoder, magic })),
    )
    .filter(({ chain }) => chain.length > 0 && isOfBytes(chain))
    .filter(({ chain }) => !onlyAtBegin || chain[0]?.form.skip === 0)
}

/** The needle, or where it is too short for a filter, as long ones as stand for it together; none where there are none. */
function longEnough(needle: Wrapped, magic: Uint8Array): Wrapped[] {
  const { bytes, chain } = needle
  if (bytes.length >= SHORTEST) return [needle]
  const [encoder] = chain
  if (encoder === undefined || chain.length > 1 || bytes.length < SHORTEST - 1) return []
  return nextBytes.map(byte => ({ chain, bytes: encoder.encode(Uint8Array.of(...magic, byte)).subarray(0, SHORTEST) }))
}

/** UTF-16 is of text: nobody writes compressed data so. */
function isOfBytes(chain: readonly Encoder[]): boolean {
  return chain.at(-1)?.over !== 'text'
}

/** How far around a trigger its surroundings must be seen, in bytes. */
export function triggerReach({ chain }: Trigger): number {
  return JUDGED * chain.reduce((width, encoder) => width * encoder.form.width, 1)
}

/** Where the container begins whose trigger stands at `at`, or null when none does after all. */
export function containerStart(trigger: Trigger, bytes: Uint8Array, at: number, position: number): number | null {
  const { decoder, magic, chain } = trigger
  const outermost = chain[0]
  if (outermost !== undefined && decoder.wrapped?.onlyAtBegin && !isAtBegin(outermost, bytes, at)) return null
  const header = peel(bytes, at, chain)
  if (!magic.every((byte, index) => header.codes[header.at + index] === byte)) return null
  const lead = decoder.lead ?? 0
  if (header.at < lead || !decoder.isPlausible(header.codes, header.at - lead)) return null
  if (outermost === undefined) return at - lead
  if (outermost.over === 'text' && isShadow(trigger, bytes, at, position)) return null
  return unitAround(outermost, bytes, at, header.from(header.at - Math.max(0, chain.at(-1)?.form.skip ?? 0)))
}

/** Where the unit begins that holds the byte at `wanted`, which is at or before the trigger. */
function unitAround({ form }: Encoder, bytes: Uint8Array, at: number, wanted: number): number | null {
  const unit = new Unit()
  let isUnit = form.first(bytes, at, unit)
  while (isUnit && unit.start > wanted) isUnit = form.previous(bytes, unit.start, unit)
  return isUnit && unit.start >= 0 ? unit.start : null
}

/** Whether a run of encoded text begins here or in a new line. Runs of units of any length have no certain beginning. */
function isAtBegin({ form }: Encoder, bytes: Uint8Array, start: number): boolean {
  const before = bytes[start - 1]
  if (form.period === 1 || before === undefined || before === LINE_FEED || before === CARRIAGE_RETURN) return true
  return !form.previous(bytes, start, new Unit())
}

/** UTF-16 that can be read in the other byte order too, and begins at an even place when it is. */
function isShadow(trigger: Trigger, bytes: Uint8Array, at: number, position: number): boolean {
  if ((position + at) % 2 === 0) return false
  const isLittleEndian = trigger.bytes[0] !== 0
  return bytes[isLittleEndian ? at - 1 : at + trigger.bytes.length] === 0
}
