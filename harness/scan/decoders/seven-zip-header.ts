/** Ids of properties (7zFormat.txt of the 7-Zip project). */
const END = 0x00
const HEADER = 0x01
const ARCHIVE_PROPERTIES = 0x02
const MAIN_STREAMS = 0x04
const PACK_INFO = 0x06
const UNPACK_INFO = 0x07
const SUBSTREAMS = 0x08
const SIZE = 0x09
const CHECKSUMS = 0x0a
const FOLDER = 0x0b
const UNPACK_SIZES = 0x0c
const COUNTS = 0x0d
const ENCODED_HEADER = 0x17
const IS_COMPLEX = 0x10
const HAS_PROPERTIES = 0x20
/** More than any real archive has of anything. */
const MOST = 2 ** 20
const MOST_CODERS = 32

/** One step of packing, by its method's id in hex. */
export interface Coder {
  readonly method: string
  readonly properties: Uint8Array
}

/** What is packed together: a sequence of files. */
export interface Folder {
  readonly coders: readonly Coder[]
  /** of what comes out at last */
  readonly size: number
  /** places in the archive, after the signature header */
  readonly packed: readonly { readonly at: number; readonly size: number }[]
  /** pieces of what comes out, in order, with their checksums where there are any */
  readonly files: readonly { readonly size: number; readonly crc: number | null }[]
}

/** The folders of an archive, and whether they hold its real header. */
export interface SevenZipHeader {
  readonly isEncoded: boolean
  readonly folders: readonly Folder[]
}

class Wrong extends Error {}

/** Reads the header of an archive; null: it is wrong. */
export function readSevenZipHeader(bytes: Uint8Array): SevenZipHeader | null {
  try {
    const reader = new Reader(bytes)
    const id = reader.byte()
    if (id === ENCODED_HEADER) return { isEncoded: true, folders: readStreams(reader) }
    if (id !== HEADER) return null
    for (let part = reader.byte(); ; part = reader.byte()) {
      if (part === MAIN_STREAMS) return { isEncoded: false, folders: readStreams(reader) }
      if (part !== ARCHIVE_PROPERTIES) return { isEncoded: false, folders: [] }
      while (reader.byte() !== END) reader.bytes(reader.number())
    }
  } catch (error) {
    if (error instanceof Wrong) return null
    throw error
  }
}

class Reader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  byte(): number {
    const byte = this.#bytes[this.#at++]
    if (byte === undefined) throw new Wrong()
    return byte
  }

  bytes(count: number): Uint8Array {
    const taken = this.#bytes.subarray(this.#at, this.#at + count)
    if (taken.length < count) throw new Wrong()
    this.#at += count
    return taken
  }

  /** A number of up to 8 bytes: the first ones of the first byte tell how many follow. */
  number(): number {
    const first = this.byte()
    let value = 0
    let mask = 0x80
    for (let index = 0; index < 8; index++, mask >>= 1) {
      if ((first & mask) === 0) return value + (first & (mask - 1)) * 256 ** index
      value += this.byte() * 256 ** index
    }
    return value
  }

  count(): number {
    const value = this.number()
    if (value > MOST) throw new Wrong()
    return value
  }

  expect(id: number): void {
    if (this.byte() !== id) throw new Wrong()
  }

  /** For each of `count` things its checksum, or null. */
  checksums(count: number): (number | null)[] {
    const isAll = this.byte() !== 0
    const bits = isAll ? new Uint8Array(0) : this.bytes(Math.ceil(count / 8))
    const isThere = (index: number): boolean => isAll || ((bits[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0
    return Array.from({ length: count }, (_, index) =>
      isThere(index) ? Buffer.from(this.bytes(4)).readUInt32LE() : null,
    )
  }
}

interface Bare {
  readonly coders: readonly Coder[]
  readonly outputs: number
  readonly inputs: number
  /** outputs that are the input of another coder */
  readonly bound: readonly number[]
}

function readStreams(reader: Reader): Folder[] {
  let packed: { at: number; size: number }[] = []
  let bare: Bare[] = []
  let sizes: number[] = []
  let files: Folder['files'][] = []
  let crcs: (number | null)[] = []
  for (let id = reader.byte(); id !== END; id = reader.byte()) {
    if (id === PACK_INFO) packed = readPacked(reader)
    else if (id === UNPACK_INFO) {
      reader.expect(FOLDER)
      const count = reader.count()
      if (reader.byte() !== 0) throw new Wrong()
      bare = Array.from({ length: count }, () => readFolder(reader))
      reader.expect(UNPACK_SIZES)
      sizes = bare.map(folder => sizeOf(reader, folder))
      crcs = bare.map(() => null)
      for (let part = reader.byte(); part !== END; part = reader.byte()) {
        if (part !== CHECKSUMS) throw new Wrong()
        crcs = reader.checksums(count)
      }
      files = sizes.map((size, index) => [{ size, crc: crcs[index] ?? null }])
    } else if (id === SUBSTREAMS) files = readFiles(reader, sizes, crcs)
    else throw new Wrong()
  }
  let next = 0
  return bare.map(({ coders, inputs, bound }, index) => {
    const streams = packed.slice(next, next + inputs - bound.length)
    next += streams.length
    return { coders, size: sizes[index] ?? 0, packed: streams, files: files[index] ?? [] }
  })
}

function readPacked(reader: Reader): { at: number; size: number }[] {
  let at = reader.number()
  const count = reader.count()
  let packed: { at: number; size: number }[] = []
  for (let id = reader.byte(); id !== END; id = reader.byte()) {
    if (id === CHECKSUMS) reader.checksums(count)
    else if (id !== SIZE) throw new Wrong()
    else
      packed = Array.from({ length: count }, () => {
        const size = reader.number()
        at += size
        return { at: at - size, size }
      })
  }
  return packed
}

function readFolder(reader: Reader): Bare {
  const count = reader.count()
  if (count === 0 || count > MOST_CODERS) throw new Wrong()
  let inputs = 0
  let outputs = 0
  const coders = Array.from({ length: count }, () => {
    const flags = reader.byte()
    const method = Buffer.from(reader.bytes(flags & 0x0f)).toString('hex')
    inputs += flags & IS_COMPLEX ? reader.count() : 1
    outputs += flags & IS_COMPLEX ? reader.count() : 1
    return { method, properties: flags & HAS_PROPERTIES ? reader.bytes(reader.count()) : new Uint8Array(0) }
  })
  if (inputs > MOST_CODERS || outputs > MOST_CODERS || outputs === 0 || inputs < outputs - 1) throw new Wrong()
  const bound = Array.from({ length: outputs - 1 }, () => {
    reader.number()
    return reader.number()
  })
  if (inputs - bound.length > 1) for (let left = inputs - bound.length; left > 0; left--) reader.number()
  return { coders, outputs, inputs, bound }
}

/** Of the output that no other coder takes. */
function sizeOf(reader: Reader, { outputs, bound }: Bare): number {
  let last = 0
  for (let index = 0; index < outputs; index++) {
    const size = reader.number()
    if (!bound.includes(index)) last = size
  }
  return last
}

/** The files of each folder: their counts, all sizes but the last of each, and checksums that are not told yet. */
function readFiles(reader: Reader, sizes: readonly number[], known: readonly (number | null)[]): Folder['files'][] {
  let id = reader.byte()
  const counts = sizes.map(() => (id === COUNTS ? reader.count() : 1))
  if (counts.reduce((sum, count) => sum + count, 0) > MOST) throw new Wrong()
  if (id === COUNTS) id = reader.byte()
  const filesOf = counts.map((count, folder) => {
    let left = sizes[folder] ?? 0
    return Array.from({ length: count }, (_, index) => {
      const size = index < count - 1 && id === SIZE ? reader.number() : left
      left -= size
      return size
    })
  })
  if (id === SIZE) id = reader.byte()
  const isTold = (folder: number): boolean => counts[folder] === 1 && known[folder] !== null
  const untold = counts.reduce((sum, count, folder) => sum + (isTold(folder) ? 0 : count), 0)
  const crcs = id === CHECKSUMS ? reader.checksums(untold) : []
  if (id === CHECKSUMS) id = reader.byte()
  if (id !== END) throw new Wrong()
  let next = 0
  return filesOf.map((files, folder) =>
    files.map(size => ({ size, crc: (isTold(folder) ? known[folder] : crcs[next++]) ?? null })),
  )
}
