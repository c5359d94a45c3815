import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { constants, crc32, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { compressSync } from 'snappy'
import { maskedCrc32c } from './decoders/checksum.ts'

/** A real encoder of a format: a library, or a command where there is one. */
export interface Packer {
  /** as the format stands in `via` */
  readonly format: string
  readonly title: string
  /** the command that it needs, or null */
  readonly command: string | null
  pack(content: Uint8Array): Buffer
}

const PRINTS = 2 ** 30

function filtered(format: string, command: string, ...args: string[]): Packer {
  const pack = (content: Uint8Array): Buffer => {
    const { status, stdout, stderr } = spawnSync(command, args, { input: content, maxBuffer: PRINTS })
    if (status !== 0) throw new Error(`${command}: ${stderr}`)
    return stdout
  }
  return { format, title: [command, ...args].join(' '), command, pack }
}

function library(format: string, title: string, pack: (content: Uint8Array) => Buffer): Packer {
  return { format, title, command: null, pack }
}

/** An archive of one entry that `zip` writes from standard input, with a data descriptor, or from a file. */
function zipped(title: string, method: string, named: boolean): Packer {
  const pack = (content: Uint8Array): Buffer => {
    if (!named) return filtered('zip', 'zip', '-q', '-Z', method, '-', '-').pack(content)
    const folder = mkdtempSync(join(tmpdir(), 'lethe-zip-'))
    try {
      writeFileSync(join(folder, 'content.txt'), content)
      const { status } = spawnSync('zip', ['-q', '-X', '-Z', method, 'packed.zip', 'content.txt'], { cwd: folder })
      if (status !== 0) throw new Error('zip failed')
      return readFileSync(join(folder, 'packed.zip'))
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
  return { format: 'zip', title, command: 'zip', pack }
}

/** A local header of zip and deflated data: no more is needed to unpack an entry. */
export function zipOf(content: Uint8Array): Buffer {
  return zipEntry(8, deflateRawSync(content), content)
}

/** An entry of zip whose data a method of this number packed. */
export function zipEntry(method: number, packed: Uint8Array, content: Uint8Array): Buffer {
  const header = Buffer.alloc(31)
  header.write('PK\x03\x04\x14', 'latin1')
  header.writeUInt16LE(method, 8)
  header.writeUInt32LE(crc32(content), 14)
  header.writeUInt16LE(1, 26)
  header.write('x', 30)
  return Buffer.concat([header, packed])
}

/** The snappy framing format over the blocks of the library, with its checksums. */
function snappyFramed(content: Uint8Array): Buffer {
  const parts: Uint8Array[] = [Buffer.from('ff060000734e61507059', 'hex')]
  for (let at = 0; at < content.length; at += 65_536) {
    const block = compressSync(Buffer.from(content.subarray(at, at + 65_536)))
    const header = Buffer.alloc(8)
    header.writeUIntLE(block.length + 4, 1, 3)
    header.set(maskedCrc32c(content.subarray(at, at + 65_536)), 4)
    parts.push(header, block)
  }
  return Buffer.concat(parts)
}

function chunk(type: string, data: Uint8Array): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32BE(data.length)
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([size, body, check])
}

/** A PNG of one row whose pixels are the content, its data split over chunks of 100 bytes; `before` are other chunks. */
export function png(content: Uint8Array, before: readonly Buffer[] = []): Buffer {
  const header = Buffer.from('00000001000000010800000000', 'hex')
  header.writeUInt32BE(Math.max(1, content.length))
  const data = deflateSync(Buffer.concat([Buffer.alloc(1), content]))
  const parts = Array.from({ length: Math.ceil(data.length / 100) }, (_, index) =>
    chunk('IDAT', data.subarray(index * 100, index * 100 + 100)),
  )
  const signature = Buffer.from('89504e470d0a1a0a', 'hex')
  return Buffer.concat([signature, chunk('IHDR', header), ...before, ...parts, chunk('IEND', Buffer.alloc(0))])
}

/** A compressed text chunk of PNG. */
export function pngText(content: Uint8Array): Buffer {
  return chunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), deflateSync(content)]))
}

/** Every format that is known by how it begins. */
export const packers: readonly Packer[] = [
  library('gzip', 'gzip', content => gzipSync(content)),
  filtered('gzip', 'gzip', '-9'),
  ...[0, 1, 3, 6, 9].map(level => library('zlib', `zlib ${level}`, content => deflateSync(content, { level }))),
  library('zlib', 'zlib fixed', content => deflateSync(content, { strategy: constants.Z_FIXED })),
  library('zstd', 'zstd', content => zstdCompressSync(content)),
  library('zstd', 'zstd 19 with checksum', content =>
    zstdCompressSync(content, {
      params: { [constants.ZSTD_c_compressionLevel]: 19, [constants.ZSTD_c_checksumFlag]: 1 },
    }),
  ),
  filtered('zstd', 'zstd', '-q', '-c'),
  filtered('zstd', 'zstd', '-q', '-c', '--fast=5'),
  filtered('lz4', 'lz4', '-q', '-c'),
  filtered('lz4', 'lz4', '-q', '-c', '-9', '-BD', '-B4', '-BX'),
  filtered('lz4', 'lz4', '-q', '-c', '--content-size', '-B5'),
  library('snappy', 'snappy frame', snappyFramed),
  filtered('xz', 'xz', '-c'),
  filtered('xz', 'xz', '-c', '-9', '--check=sha256'),
  filtered('xz', 'xz', '-c', '--lzma2=preset=1,lc=1,lp=2,pb=0'),
  filtered('xz', 'xz', '-c', '--block-size=50000', '-T2'),
  filtered('bzip2', 'bzip2', '-c'),
  filtered('bzip2', 'bzip2', '-c', '-1'),
  zipped('zip of a stream', 'deflate', false),
  zipped('zip of a file', 'deflate', true),
  zipped('zip by bzip2', 'bzip2', true),
]

/** Whether the machine has what a packer needs. */
export function isMissing({ command }: Packer): boolean {
  return command !== null && spawnSync(command, ['--version']).error !== undefined
}

/** Raw deflate, which has no header. */
export const rawDeflate = library('deflate', 'raw deflate', content => deflateRawSync(content))

/** The only block of a frame that the command writes, without the frame; null where there is no such command. */
export function rawLz4(content: Uint8Array): Buffer | null {
  const { stdout, error } = spawnSync('lz4', ['-q', '-c', '-B7', '--no-frame-crc'], {
    input: content,
    maxBuffer: PRINTS,
  })
  if (error !== undefined) return null
  const header = 7
  const size = stdout.readUInt32LE(header)
  if (size < 2 ** 31) return stdout.subarray(header + 4, header + 4 + size)
  // The frame holds as it stands what did not become smaller: as a block these are literals.
  const more = content.length - 15
  const lengths =
    more < 0 ? [content.length << 4] : [0xf0, ...Array<number>(Math.floor(more / 255)).fill(255), more % 255]
  return Buffer.concat([Buffer.from(lengths), content])
}
