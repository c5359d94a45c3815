import { constants, createZstdDecompress } from 'node:zlib'
import type { Codes } from '../../canary/form.ts'
import type { CarvedDecoder, Decoding, Output } from './decoder.ts'
import type { Parser } from './parsing.ts'
import { Parsing } from './parsing.ts'
import { Unpacking } from './unpacking.ts'
import { parseZstdFrame, ZSTD_WINDOW_LOG } from './zstd-frame.ts'

const magic = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd)
const RESERVED = 0x08

/** A Zstandard frame (RFC 8878), carved: its checksum may be wrong, its end may be cut, anything may follow. */
export const zstdDecoder: CarvedDecoder = {
  name: 'zstd',
  kind: 'compressed',
  period: null,
  magics: [magic],
  wrapped: { magics: [magic], depth: 1, onlyAtBegin: false },
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
  readonly #frame: Parsing
  readonly #unpacking: Unpacking

  constructor(name: string) {
    const parser: Parser = parseZstdFrame(name)
    this.#frame = new Parsing(parser)
    this.#unpacking = new Unpacking(name, zstdOf, 0)
  }

  get consumed(): number {
    return this.#frame.consumed
  }

  get damage(): string | null {
    return this.#unpacking.damage ?? this.#frame.damage
  }

  write(bytes: Uint8Array, output: Output): Promise<boolean> {
    return this.#frame.write(bytes, part => this.#unpacking.write(part, output))
  }

  async end(output: Output): Promise<void> {
    await this.#frame.end(part => this.#unpacking.write(part, output))
    await this.#unpacking.end(output)
  }
}

function zstdOf(chunkSize: number): ReturnType<typeof createZstdDecompress> {
  return createZstdDecompress({
    chunkSize,
    finishFlush: constants.ZSTD_e_flush,
    params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG },
  })
}
