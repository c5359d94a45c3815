import { setImmediate as turn } from 'node:timers/promises'
import { constants, createInflateRaw, deflateRawSync } from 'node:zlib'
import type { Output } from './decoder.ts'
import type { Unpack, Unpacker } from './unpacker.ts'

/** The engine of a stream of node:zlib. */
interface Engine {
  /** Unpacks on the spot, as far as there are data and room. */
  writeSync(
    flush: number,
    data: Uint8Array,
    at: number,
    length: number,
    room: Uint8Array,
    roomAt: number,
    roomLength: number,
  ): void
}

/**
 * What streams of node:zlib hold for themselves. It is not documented, but minizlib, and so npm itself, stands on it too;
 * `isDirect` says whether it is there and does what is expected.
 */
interface Internals {
  readonly _handle: Engine | null
  /** bytes that are left of the room, and of the data, after a write */
  readonly _writeState: Uint32Array
}

/** The stream's own room is not used: the smallest that it takes. */
const OWN_ROOM = constants.Z_MIN_CHUNK
/** Go on: the same in zlib, brotli and zstd. */
const { Z_NO_FLUSH } = constants
/** Bytes that may come out of all of them before timers and signals get their turn. */
const MOST_IN_A_TURN = 2 ** 20

let inTurn = 0

/** Unpacks in this thread, by the engine beneath a stream of node:zlib: without the stream's round trip for each block. */
export class DirectUnpacker implements Unpacker {
  damaged = false
  consumed = 0
  readonly #stream: ReturnType<Unpack>
  readonly #output: Output
  readonly #room: Buffer
  #open = true

  constructor(unpack: Unpack, output: Output, block: number) {
    this.#stream = unpack(OWN_ROOM)
    // It is told by `errored` at once.
    this.#stream.on('error', () => undefined)
    this.#output = output
    this.#room = Buffer.allocUnsafe(block)
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    for (let at = 0, isFull = true; isFull && this.#open; ) {
      const left = unpackInto(this.#room, this.#stream, bytes, at)
      if (left === null) {
        this.damaged = true
        this.#close()
        break
      }
      this.consumed += bytes.length - left.data - at
      const unpacked = this.#room.subarray(0, this.#room.length - left.room)
      if (unpacked.length > 0 && !(await this.#passOn(unpacked))) this.#close()
      at = bytes.length - left.data
      isFull = left.room === 0
      // With room and data left nothing more is wanted: the data have ended.
      if (!isFull && left.data > 0) this.#close()
    }
    return this.#open
  }

  async end(): Promise<void> {
    this.#close()
  }

  async #passOn(unpacked: Uint8Array): Promise<boolean> {
    const isWanted = await this.#output(unpacked)
    inTurn += unpacked.length
    if (inTurn < MOST_IN_A_TURN) return isWanted
    inTurn = 0
    await turn()
    return isWanted
  }

  #close(): void {
    this.#open = false
    this.#stream.destroy()
  }
}

/** Unpacks from `at` on, as far as there are data and room. Returns how many bytes are left of both, or null at damage. */
function unpackInto(
  room: Uint8Array,
  stream: ReturnType<Unpack>,
  bytes: Uint8Array,
  at: number,
): { readonly room: number; readonly data: number } | null {
  const { _handle, _writeState } = stream as unknown as Internals
  if (_handle === null) return null
  _handle.writeSync(Z_NO_FLUSH, bytes, at, bytes.length - at, room, 0, room.length)
  const [roomLeft = 0, left = 0] = _writeState
  return stream.errored === null ? { room: roomLeft, data: left } : null
}

/** Whether streams of this Node can be used so. Not asked by an `await` here: V8 dies of that when a worker is ended meanwhile. */
export const isDirect = probe()

function probe(): boolean {
  const text = Buffer.from('what comes out of the engine')
  const packed = deflateRawSync(text)
  const room = Buffer.alloc(2 * text.length)
  const stream = createInflateRaw({ chunkSize: OWN_ROOM })
  try {
    const left = unpackInto(room, stream, Buffer.concat([packed, text]), 0)
    return left?.room === text.length && left.data === text.length && room.subarray(0, text.length).equals(text)
  } catch {
    return false
  } finally {
    stream.destroy()
  }
}
