import { crc32 } from 'node:zlib'
import type { Codes } from '../../canary/form.ts'
import { bzip2Decoding } from './bzip2.ts'
import type { CarvedDecoder, Decoding, Output } from './decoder.ts'
import { deflated } from './deflate.ts'
import { parseLzma } from './lzma-stream.ts'
import { parseLzma2 } from './lzma2.ts'
import type { Parser } from './parsing.ts'
import { ended, Parsing, whole } from './parsing.ts'
import type { Folder } from './seven-zip-header.ts'
import { readSevenZipHeader } from './seven-zip-header.ts'
import { damaged, wrongChecksum } from './unpacking.ts'

const magic = Uint8Array.of(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c)
const SIGNATURE_SIZE = 32
/** The header stands at the end, so all before it is held: by all archives that are read at a time so much. */
const MOST_HELD = 64 * 2 ** 20
const LARGEST_HEADER = 16 * 2 ** 20
const PIECE = 64 * 1024
/** A header may be packed, and so may be that of it. */
const MOST_HEADERS = 4

const LZMA = '030101'
const LZMA2 = '21'
const COPY = '00'
const DEFLATE = '040108'
const BZIP2 = '040202'
/** Methods that exist and are not read (Methods.txt of the 7-Zip project). */
const unreadMethods = new Map([
  ['03', 'Delta'],
  ['04', 'BCJ x86'],
  ['03030103', 'BCJ x86'],
  ['0303011b', 'BCJ2'],
  ['030401', 'PPMd'],
  ['040109', 'Deflate64'],
  ['04f71101', 'Zstandard'],
  ['06f10701', 'AES, which encrypts it'],
  ['0a', 'ARM64'],
])

let held = 0

/** A 7z archive (7zFormat.txt of the 7-Zip project): its folders one after another, and its header where that is packed. */
export const sevenZipDecoder: CarvedDecoder = {
  name: '7z',
  kind: 'compressed',
  period: null,
  magics: [magic],
  wrapped: { depth: 1 },
  isPlausible,
  open: () => new SevenZip(),
}

/** The signature header's checksum over its last 20 bytes. */
function isPlausible(codes: Codes, at: number): boolean {
  const header = Uint8Array.from({ length: SIGNATURE_SIZE }, (_, index) => codes[at + index] ?? 0)
  return new DataView(header.buffer).getUint32(8, true) === crc32(header.subarray(12))
}

class SevenZip implements Decoding {
  damage: string | null = null
  readonly isCertain = true
  consumed = 0
  #pieces: Buffer[] = []
  /** of all of the archive; known once the signature header is there */
  #size = SIGNATURE_SIZE
  #isOpen = true
  #isRefused = false

  async write(bytes: Uint8Array, output: Output): Promise<boolean> {
    for (let rest = bytes; this.#isOpen && rest.length > 0; ) {
      const taken = Buffer.from(rest.subarray(0, this.#size - this.consumed))
      this.#pieces.push(taken)
      this.consumed += taken.length
      held += taken.length
      rest = rest.subarray(taken.length)
      if (held > MOST_HELD) this.#close(`7z whose header is not within ${MOST_HELD} bytes was not unpacked`)
      else if (this.consumed === this.#size) await this.#advance(output)
    }
    return this.#isOpen
  }

  async end(): Promise<void> {
    if (this.#isOpen && this.consumed > 0) this.#close('7z ends before its header, and was not unpacked')
  }

  /** After the signature header the rest is waited for; then all is there. */
  async #advance(output: Output): Promise<void> {
    const archive = Buffer.concat(this.#pieces)
    const at = SIGNATURE_SIZE + Number(archive.readBigUInt64LE(12))
    const size = Number(archive.readBigUInt64LE(20))
    if (this.#size === SIGNATURE_SIZE && size > 0) {
      if (at + size > MOST_HELD) this.#close(`7z of ${at + size} bytes was not unpacked`)
      this.#size = at + size
      return
    }
    const damage = size === 0 ? null : await this.#unpack(archive, archive.subarray(at, at + size), output)
    this.#close(damage)
  }

  #close(damage: string | null): void {
    this.#isOpen = false
    this.damage = damage
    held -= this.consumed
    this.#pieces = []
  }

  async #unpack(archive: Buffer, last: Uint8Array, output: Output): Promise<string | null> {
    if (crc32(last) !== archive.readUInt32LE(28)) return '7z has a damaged header, and was not unpacked'
    let header = last
    for (let depth = 0; depth < MOST_HEADERS; depth++) {
      const read = readSevenZipHeader(header)
      if (read === null) return '7z has a header of an unknown kind, and was not unpacked'
      if (!read.isEncoded) return this.#unpackAll(archive, read.folders, output)
      const parts: Buffer[] = []
      let size = 0
      const damage = await this.#unpackAll(archive, read.folders, async bytes => {
        size += bytes.length
        parts.push(Buffer.from(bytes))
        return size <= LARGEST_HEADER && (await output(bytes))
      })
      if (damage !== null) return `the header of ${damage}`
      if (this.#isRefused) return '7z has a header that is too large, and was not unpacked'
      header = Buffer.concat(parts)
    }
    return '7z has a header in too many headers, and was not unpacked'
  }

  /** Each folder, as far as it can be read. Returns the first reason why one could not. */
  async #unpackAll(archive: Buffer, folders: readonly Folder[], output: Output): Promise<string | null> {
    let damage: string | null = null
    for (const folder of folders) {
      if (this.#isRefused) break
      const reason = await this.#unpackFolder(archive, folder, output)
      damage ??= reason
    }
    return damage
  }

  async #unpackFolder(archive: Buffer, folder: Folder, output: Output): Promise<string | null> {
    const [place] = folder.packed
    if (folder.size === 0) return null
    if (place === undefined || SIGNATURE_SIZE + place.at + place.size > archive.length)
      return '7z refers to what is not in it, which was not unpacked'
    const packed = archive.subarray(SIGNATURE_SIZE + place.at, SIGNATURE_SIZE + place.at + place.size)
    const body = bodyOf(folder, packed)
    if (typeof body === 'string') return body
    const check = new FileChecks(folder)
    let unpacked = 0
    const counted: Output = async bytes => {
      const wanted = bytes.subarray(0, folder.size - unpacked)
      unpacked += wanted.length
      check.update(wanted)
      if (wanted.length > 0 && !(await output(wanted))) this.#isRefused = true
      return !this.#isRefused && unpacked < folder.size
    }
    for (let at = 0, isOpen = true; at < packed.length && isOpen; at += PIECE)
      isOpen = await body.write(packed.subarray(at, at + PIECE), counted)
    await body.end(counted)
    if (this.#isRefused) return null
    if (unpacked < folder.size) return body.damage ?? damaged('7z', unpacked)
    return check.isWrong ? wrongChecksum('7z') : null
  }
}

/** Checks what comes out of a folder file by file. */
class FileChecks {
  isWrong = false
  readonly #files: Folder['files']
  #file = 0
  #sum = 0
  #size = 0

  constructor({ files }: Folder) {
    this.#files = files
  }

  update(bytes: Uint8Array): void {
    for (let rest = bytes; this.#file < this.#files.length; ) {
      const { size = 0, crc = null } = this.#files[this.#file] ?? {}
      const taken = rest.subarray(0, size - this.#size)
      this.#sum = crc32(taken, this.#sum)
      this.#size += taken.length
      rest = rest.subarray(taken.length)
      if (this.#size < size) return
      this.isWrong ||= crc !== null && crc !== this.#sum
      this.#file++
      this.#sum = 0
      this.#size = 0
    }
  }
}

/** What unpacks a folder, or why nothing does. */
function bodyOf({ coders, size }: Folder, packed: Uint8Array): Decoding | string {
  const [coder] = coders
  const unread = coders.find(({ method }) => unreadMethods.has(method))
  if (unread !== undefined) return `7z is packed by ${unreadMethods.get(unread.method)}, and was not read`
  if (coder === undefined || coders.length > 1) return '7z is packed by several methods, and was not read'
  const { method, properties } = coder
  if (method === LZMA) return new Parsing(parseLzma('7z', packed, properties, size))
  if (method === LZMA2) return new Parsing(parsePlainLzma2(properties[0] ?? 255))
  if (method === COPY) return new Parsing(parseCopy(size))
  if (method === DEFLATE) return deflated('7z')
  if (method === BZIP2) return bzip2Decoding('7z')
  return `7z is packed by an unknown method (${method}), and was not read`
}

function* parsePlainLzma2(dictionary: number): Parser {
  const { isWhole, unread, unpacked } = yield* parseLzma2(dictionary)
  if (unread !== null) return ended(`7z ${unread} was not unpacked`)
  return isWhole ? whole : ended(damaged('7z', unpacked))
}

function* parseCopy(size: number): Parser {
  for (let left = size; left > 0; left -= PIECE) yield yield Math.min(left, PIECE)
  return whole
}
