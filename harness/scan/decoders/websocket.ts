import { constants, inflateRawSync } from 'node:zlib'
import type { Codes } from '../../canary/form.ts'
import type { CarvedDecoder } from './decoder.ts'
import type { Ending, Parser } from './parsing.ts'
import { doubtful, ended, Parsing, whole } from './parsing.ts'
import { damaged } from './unpacking.ts'

/** Header fields that only a handshake has (RFC 6455, 4), as libraries write them; frames follow the empty line. */
const magics = ['Sec-WebSocket-Key:', 'Sec-WebSocket-Accept:', 'sec-websocket-key:', 'sec-websocket-accept:'].map(
  field => Buffer.from(field),
)
const LONGEST_HANDSHAKE = 16 * 1024
const COLON = 0x3a
const EQUALS = 0x3d
const CARRIAGE_RETURN = 0x0d
const FIN = 0x80
const COMPRESSED = 0x40
const RESERVED = 0x30
const MASKED = 0x80
const MASK_SIZE = 4
const CONTINUED = 0
const CONTROL = 8
const CLOSE = 8
const LONGEST_CONTROL = 125
const opcodes = [0, 1, 2, 8, 9, 10]
/** Of one message: it is unpacked, or put together, in memory. */
const LARGEST_MESSAGE = 16 * 2 ** 20
const PIECE = 64 * 1024
/** What the sender of a compressed message leaves away (RFC 7692, 7.2.2). */
const TAIL = Buffer.from('0000ffff', 'hex')
/** So many messages are none by chance, even where no extension is named. */
const CERTAIN = 3
/** A message may refer to so much of those before it. */
const WINDOW = 32 * 1024

/**
 * WebSocket frames (RFC 6455) after a handshake, unmasked and joined to messages, those of permessage-deflate (RFC 7692)
 * unpacked. Both directions may stand in one stream: frames of a client are masked, those of a server are not.
 */
export const websocketDecoder: CarvedDecoder = {
  name: 'websocket',
  kind: 'compressed',
  period: null,
  magics,
  isPlausible,
  open: () => new Parsing(parse()),
}

/** The value, and the end of the line: 24 characters of a key, 28 of an answer. In logs they mostly stand otherwise. */
function isPlausible(codes: Codes, at: number): boolean {
  const colon = Array.from({ length: 24 }, (_, index) => codes[at + index]).indexOf(COLON)
  return [24, 28].some(size => {
    const end = at + colon + 2 + size
    return colon > 0 && codes[end - 1] === EQUALS && codes[end] === CARRIAGE_RETURN
  })
}

interface Frame {
  readonly flags: number
  readonly opcode: number
  readonly isMasked: boolean
  readonly size: number
}

/** The messages of one direction. */
class Direction {
  readonly parts: Buffer[] = []
  size = 0
  isCompressed = false
  #before: Uint8Array = new Uint8Array(0)

  take(): Buffer {
    const message = Buffer.concat(this.parts.splice(0))
    this.size = 0
    return message
  }

  /** The message that was gathered, unpacked with what came before it as its window; null: it is damaged or too large. */
  unpack(tail: Uint8Array): Uint8Array | null {
    const packed = Buffer.concat([this.take(), tail])
    const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: LARGEST_MESSAGE }
    try {
      const message = inflateRawSync(
        packed,
        this.#before.length > 0 ? { ...options, dictionary: this.#before } : options,
      )
      this.#before = Buffer.concat([this.#before, message]).subarray(-WINDOW)
      return message
    } catch {
      return null
    }
  }
}

function* parse(): Parser {
  const isNamed = yield* readHandshake()
  if (isNamed === null) return whole
  const [client, server] = [new Direction(), new Direction()]
  let messages = 0
  let isClosing = false
  for (;;) {
    const frame = yield* readFrame()
    if (frame === 'cut') return yield* giveRest([client, server])
    if (frame === 'none') {
      yield* giveRest([client, server])
      const isBroken = messages >= (isNamed ? 1 : CERTAIN) && !isClosing
      return { ...(isBroken ? ended(`websocket is damaged after ${messages} messages`) : whole), unused: 2 }
    }
    const isControl = frame.opcode >= CONTROL
    isClosing ||= frame.opcode === CLOSE
    const direction = frame.isMasked ? client : server
    const into = isControl ? new Direction() : direction
    if (!isControl && frame.opcode !== CONTINUED) direction.isCompressed = (frame.flags & COMPRESSED) !== 0
    if (into.size + frame.size > LARGEST_MESSAGE)
      return ended(`websocket with a message of more than ${LARGEST_MESSAGE} bytes was not read further`)
    if (!(yield* readPayload(frame, into))) return yield* giveRest([into, client, server])
    if ((frame.flags & FIN) === 0) continue
    const message = into.isCompressed ? into.unpack(TAIL) : into.take()
    if (message === null)
      return messages > 0 || isNamed ? ended(damaged('websocket', 0)) : doubtful(damaged('websocket', 0))
    messages++
    yield* inPieces(message)
  }
}

/** Reads to the empty line. Whether compression is named before it; null: there is none. */
function* readHandshake(): Generator<number | Uint8Array, boolean | null, Uint8Array> {
  let text = ''
  while (!text.endsWith('\r\n\r\n')) {
    const byte = yield 1
    if (byte.length === 0 || text.length > LONGEST_HANDSHAKE) return null
    text += String.fromCharCode(byte[0] ?? 0)
  }
  return text.includes('permessage-deflate')
}

/** The next frame's header: `none` where other bytes stand. */
function* readFrame(): Generator<number | Uint8Array, Frame | 'cut' | 'none', Uint8Array> {
  const header = yield 2
  const [flags = 0, second = 0] = header
  if (header.length < 2) return 'cut'
  const opcode = flags & 0x0f
  const short = second & ~MASKED
  const isControl = opcode >= CONTROL
  const isWrongControl = isControl && ((flags & FIN) === 0 || (flags & COMPRESSED) !== 0 || short > LONGEST_CONTROL)
  if ((flags & RESERVED) !== 0 || !opcodes.includes(opcode) || isWrongControl) return 'none'
  const longer = short === 126 ? 2 : short === 127 ? 8 : 0
  const long = yield longer
  if (long.length < longer) return 'cut'
  const size = longer === 0 ? short : long.reduce((value, byte) => value * 256 + byte, 0)
  return { flags, opcode, isMasked: (second & MASKED) !== 0, size }
}

/** Adds the frame's payload, unmasked. False: it is cut. */
function* readPayload(frame: Frame, into: Direction): Generator<number | Uint8Array, boolean, Uint8Array> {
  const maskSize = frame.isMasked ? MASK_SIZE : 0
  const mask = Uint8Array.from(yield maskSize)
  if (mask.length < maskSize) return false
  for (let left = frame.size; left > 0; ) {
    const wanted = Math.min(left, PIECE)
    const piece = Buffer.from(yield wanted)
    if (frame.isMasked) {
      const phase = frame.size - left
      for (let at = 0; at < piece.length; at++)
        piece[at] = (piece[at] as number) ^ (mask[(phase + at) % MASK_SIZE] as number)
    }
    into.parts.push(piece)
    into.size += piece.length
    left -= piece.length
    if (piece.length < wanted) return false
  }
  return true
}

/** What there is of messages that are cut. */
function* giveRest(directions: readonly Direction[]): Generator<Uint8Array, Ending, Uint8Array> {
  for (const direction of directions) {
    if (direction.size === 0) continue
    const message = direction.isCompressed ? direction.unpack(new Uint8Array(0)) : direction.take()
    if (message !== null) yield* inPieces(message)
  }
  return whole
}

function* inPieces(message: Uint8Array): Generator<Uint8Array, void, Uint8Array> {
  for (let at = 0; at < message.length; at += PIECE) yield message.subarray(at, at + PIECE)
}
