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
    // An error is told twice: here later, and by `errored` at once.
    this.#stream.on('error', () => undefined)
    this.#output = output
    this.#room = Buffer.allocUnsafe(block)
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    for (let at = 0, isFull = true; isFull && this.#open; ) {
      const [roomLeft, left] = this.#unpack(bytes, at)
      const unpacked = this.#open ? this.#room.subarray(0, this.#room.length - roomLeft) : this.#room.subarray(0, 0)
      if (unpacked.length > 0 && !(await this.#passOn(unpacked))) this.#close()
      at = bytes.length - left
      isFull = roomLeft === 0
      // With room and data left nothing more is wanted: the data have ended.
      if (!isFull && left > 0) this.#close()
    }
    return this.#open
  }

  async end(): Promise<void> {
    this.#close()
  }

  /** How many bytes are left of the room, and of the data. */
  #unpack(bytes: Uint8Array, at: number): readonly [roomLeft: number, left: number] {
    const { _handle, _writeState } = this.#stream as unknown as Internals
    const length = bytes.length - at
    _handle?.writeSync(Z_NO_FLUSH, bytes, at, length, this.#room, 0, this.#room.length)
    if (_handle === null || this.#stream.errored !== null) {
      this.damaged = true
      this.#close()
      return [0, length]
    }
    const [roomLeft = 0, left = 0] = _writeState
    this.consumed += length - left
    return [roomLeft, left]
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

/** Whether streams of this Node can be used so. */
export const isDirect = await probe()

async function probe(): Promise<boolean> {
  const data = Buffer.from('what comes out of the engine in three blocks, or not')
  const parts: Buffer[] = []
  const passOn: Output = async bytes => parts.push(Buffer.from(bytes)) > 0
  try {
    const unpacker = new DirectUnpacker(chunkSize => createInflateRaw({ chunkSize }), passOn, 20)
    const packed = deflateRawSync(data)
    const hasEnded = !(await unpacker.write(Buffer.concat([packed, data])))
    return hasEnded && unpacker.consumed === packed.length && Buffer.concat(parts).equals(data)
  } catch {
    return false
  }
}
