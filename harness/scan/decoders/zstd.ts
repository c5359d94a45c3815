import { constants, createZstdDecompress } from 'node:zlib'
import type { Codes } from '../../canary/form.ts'
import { beginsWith } from './checked.ts'
import { xxh64Low } from './checksum.ts'
import type { CarvedDecoder, Decoding, Output } from './decoder.ts'
import { Parsing } from './parsing.ts'
import { Unpacking, wrongChecksum } from './unpacking.ts'
import type { ZstdFrame } from './zstd-frame.ts'
import { parseZstdFrame, ZSTD_WINDOW_LOG } from './zstd-frame.ts'

const magic = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd)
const RESERVED = 0x08
const CHECKSUM_SIZE = 4

/** A Zstandard frame (RFC 8878), carved: its end may be cut, anything may follow. */
export const zstdDecoder: CarvedDecoder = {
  name: 'zstd',
  kind: 'compressed',
  period: null,
  magics: [magic],
  wrapped: { depth: 1 },
  isPlausible,
  open: () => zstdDecoding('zstd'),
}

function isPlausible(codes: Codes, at: number): boolean {
  const descriptor = codes[at + magic.length] ?? -1
  return descriptor >= 0 && (descriptor & RESERVED) === 0
}

/** A frame of zstd in a container named `name`. */
export function zstdDecoding(name: string): Decoding {
  return new ZstdDecoding(name)
}

/** The frame's blocks are followed to find its end; the library unpacks them. */
class ZstdDecoding implements Decoding {
  readonly #name: string
  readonly #parsing: Parsing
  readonly #frame: ZstdFrame = { checksum: null, isCertain: false, isCompressed: false, stored: 0 }
  readonly #unpacking: Unpacking
  readonly #sum = xxh64Low()
  #hasOutput = false
  #isRefused = false
  #isWrong = false

  constructor(name: string) {
    this.#name = name
    this.#parsing = new Parsing(parseZstdFrame(name, this.#frame))
    this.#unpacking = new Unpacking(name, zstdOf, () => false)
  }

  get consumed(): number {
    return this.#parsing.consumed
  }

  get damage(): string | null {
    return this.#unpacking.damage ?? this.#parsing.damage ?? (this.#isWrong ? wrongChecksum(this.#name) : null)
  }

  get isCertain(): boolean {
    return this.#frame.isCertain || (this.#hasOutput && this.#frame.isCompressed)
  }

  write(bytes: Uint8Array, output: Output): Promise<boolean> {
    const summed = this.#summed(output)
    return this.#parsing.write(bytes, part => this.#unpacking.write(part, summed))
  }

  async end(output: Output): Promise<void> {
    const summed = this.#summed(output)
    await this.#parsing.end(part => this.#unpacking.write(part, summed))
    await this.#unpacking.end(summed)
    const stored = this.#frame.checksum
    const isComparable = !this.#isRefused && this.#unpacking.damage === null && stored?.length === CHECKSUM_SIZE
    this.#isWrong = isComparable && !beginsWith(stored, this.#sum.digest())
  }

  #summed(output: Output): Output {
    return async bytes => {
      this.#hasOutput = true
      this.#sum.update(bytes)
      const isWanted = await output(bytes)
      if (!isWanted) this.#isRefused = true
      return isWanted
    }
  }
}

function zstdOf(chunkSize: number): ReturnType<typeof createZstdDecompress> {
  return createZstdDecompress({
    chunkSize,
    finishFlush: constants.ZSTD_e_flush,
    params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG },
  })
}
