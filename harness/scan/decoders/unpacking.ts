import type { Decoding, Output } from './decoder.ts'
import { DirectUnpacker, isDirect } from './direct-unpacker.ts'
import { StreamedUnpacker } from './streamed-unpacker.ts'
import type { Unpack, Unpacker } from './unpacker.ts'

/** Of data of at most so many bytes, packed and unpacked, what comes just before damage is not lost. */
const MOST_REMEMBERED = 2 ** 20
const MOST_REPEATED = 4 * 2 ** 20
const BLOCK = 16 * 1024
/** Small, so that little is lost before the place of damage; larger where there would be too many. */
const SMALL_BLOCK = 64
const MOST_BLOCKS = 2 ** 12

/** Whether data are of their format, up to where they are damaged, judged by what they begin with. */
export type IsCertain = (beginning: Uint8Array, unpacked: number) => boolean

/** What a stream of node:zlib unpacks: it has no checksum, its end may be cut, anything may follow. */
export class Unpacking implements Decoding {
  damage: string | null = null
  readonly #name: string
  readonly #unpack: Unpack
  readonly #isCertain: IsCertain
  #unpacker: Unpacker | null = null
  /** the first of the data: while they are few, to unpack them again at damage */
  readonly #beginning: Buffer[] = []
  #isAll = true
  #open = true
  #unpacked = 0

  constructor(name: string, unpack: Unpack, isCertain: IsCertain) {
    this.#name = name
    this.#unpack = unpack
    this.#isCertain = isCertain
  }

  get consumed(): number {
    return this.#unpacker?.consumed ?? 0
  }

  get isCertain(): boolean {
    return this.#isCertain(Buffer.concat(this.#beginning), this.#unpacked)
  }

  async write(bytes: Uint8Array, output: Output): Promise<boolean> {
    if (!this.#open) return false
    this.#unpacker ??= unpackerOf(this.#unpack, this.#counted(output), BLOCK)
    this.#remember(bytes)
    this.#open = await this.#unpacker.write(bytes)
    if (!this.#open) await this.#assess(this.#unpacker, output)
    return this.#open
  }

  async end(output: Output): Promise<void> {
    if (this.#open && this.#unpacker !== null) {
      await this.#unpacker.end()
      await this.#assess(this.#unpacker, output)
    }
    this.#open = false
  }

  #remember(bytes: Uint8Array): void {
    this.#isAll &&= this.consumed + bytes.length <= MOST_REMEMBERED && this.#unpacked <= MOST_REPEATED
    if (this.#isAll) this.#beginning.push(Buffer.from(bytes))
  }

  /** Damage keeps back the block before it: what can be is unpacked again in small ones. */
  async #assess(unpacker: Unpacker, output: Output): Promise<void> {
    if (!unpacker.damaged) return
    if (this.#isAll && this.#unpacked <= MOST_REPEATED) {
      await this.#unpackAgain(Buffer.concat(this.#beginning), output)
    }
    this.damage = damaged(this.#name, this.#unpacked)
  }

  async #unpackAgain(data: Uint8Array, output: Output): Promise<void> {
    let known = this.#unpacked
    const passOn = this.#counted(output)
    const passNew: Output = async bytes => {
      const fresh = bytes.subarray(known)
      known = Math.max(0, known - bytes.length)
      return fresh.length === 0 || passOn(fresh)
    }
    const block = Math.max(SMALL_BLOCK, Math.ceil(this.#unpacked / MOST_BLOCKS))
    const again = unpackerOf(this.#unpack, passNew, block)
    await again.write(data)
    await again.end()
  }

  #counted(output: Output): Output {
    return bytes => {
      this.#unpacked += bytes.length
      return output(bytes)
    }
  }
}

/**
 * @param output may be given the same room again once it has settled
 * @param block unpacked bytes come out so many at a time; at damage those of the last block are lost
 */
function unpackerOf(unpack: Unpack, output: Output, block: number): Unpacker {
  return isDirect ? new DirectUnpacker(unpack, output, block) : new StreamedUnpacker(unpack, output, block)
}

/** How damage is said. */
export function damaged(name: string, unpacked: number): string {
  return `${name} is damaged; only ${unpacked} unpacked bytes of it were scanned`
}

/** How damage is said that only the checksum tells of. */
export function wrongChecksum(name: string): string {
  return `${name} is damaged: its checksum is wrong, so what was scanned is not all that was packed`
}
