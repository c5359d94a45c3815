import { readFileSync } from 'node:fs'
import { brotliDecompressSync, deflateRawSync, deflateSync, gzipSync, inflateRawSync } from 'node:zlib'
import { compressSync, uncompressSync } from 'snappy'
import { Random } from '../../random.ts'
import type { Planting } from '../planting.ts'
import type { Family, Row } from '../row.ts'
import { byPython, filtered, written } from '../row.ts'

const noise = (bytes: number): Buffer => new Random(`noise of ${bytes}`).bytes(bytes)

function damaged({ text }: Planting): Buffer {
  const packed = gzipSync(text)
  return packed.subarray(0, packed.length - 20)
}

/** The framing format of snappy (google/snappy, framing_format.txt), its checksums left at zero. */
function snappyFramed({ text }: Planting): Buffer {
  const block = compressSync(Buffer.from(text))
  const header = Buffer.alloc(8)
  header.writeUIntLE(block.length + 4, 1, 3)
  return Buffer.concat([Buffer.from('ff060000734e61507059', 'hex'), header, block])
}

/** How Kafka's Java clients frame snappy: a magic, two versions, then blocks, each after its size. */
function snappyOfKafka({ text }: Planting): Buffer {
  const block = compressSync(Buffer.from(text))
  const header = Buffer.alloc(20)
  header.write('\x82SNAPPY\0', 'latin1')
  header.writeUInt32BE(1, 8)
  header.writeUInt32BE(1, 12)
  header.writeUInt32BE(block.length, 16)
  return Buffer.concat([noise(61), header, block])
}

/** zstd with a dictionary that lies elsewhere. */
const withDictionary: Row = {
  name: 'zstd with a dictionary that is not there',
  how: 'zstd -D',
  needs: ['zstd'],
  make: planting => {
    planting.tool('sh', ['-c', 'cat > dictionary'], planting.text.split(planting.canary)[0])
    planting.write('text.zst', planting.tool('zstd', ['-q', '-c', '-D', 'dictionary']))
  },
  undo: planting => planting.tool('zstd', ['-dqc', '-D', 'dictionary', planting.path('text.zst')]),
}

/** Compressed, each by the tool or library that others use. */
export const packedForms: Family = {
  title: 'Compressed',
  rows: [
    filtered('gzip', 'text.gz', 'gzip', '-c'),
    filtered('gzip -1', 'text.gz', 'gzip', '-1', '-c'),
    filtered('pigz -11', 'text.gz', 'pigz', '-11', '-c'),
    written('gzip, two members', 'gzip twice', 'app.log.gz', ({ text }) =>
      Buffer.concat([gzipSync('an earlier day\n'), gzipSync(text)]),
    ),
    written('gzip, cut off', 'node:zlib', 'app.log.gz', damaged),
    written('gzip, bytes after it', 'node:zlib', 'app.log.gz', ({ text }) =>
      Buffer.concat([gzipSync(text), noise(500)]),
    ),
    written('gzip in a blob', 'node:zlib', 'cache.bin', ({ text }) =>
      Buffer.concat([noise(5000), gzipSync(text), noise(5001)]),
    ),
    filtered('zlib', 'text.zz', 'pigz', '-z', '-c'),
    written('zlib in a blob', 'node:zlib', 'cache.bin', ({ text }) =>
      Buffer.concat([noise(3000), deflateSync(text), noise(3001)]),
    ),
    written('raw deflate', 'node:zlib', 'text.deflate', ({ text }) => deflateRawSync(text)),
    {
      ...written('raw deflate in a blob', 'node:zlib', 'cache.bin', ({ text }) =>
        Buffer.concat([noise(3000), deflateRawSync(text), noise(3001)]),
      ),
      undo: planting => inflateRawSync(readFileSync(planting.path('cache.bin')).subarray(3000)),
    },
    {
      ...filtered('brotli', 'text.br', 'brotli', '-c'),
      undo: planting => brotliDecompressSync(readFileSync(planting.path('text.br'))),
    },
    filtered('zstd', 'text.zst', 'zstd', '-q', '-c'),
    filtered('zstd -19 --long', 'text.zst', 'zstd', '-19', '--long=27', '-q', '-c'),
    withDictionary,
    filtered('lz4', 'text.lz4', 'lz4', '-q', '-c'),
    filtered('lz4 -9 --content-size', 'text.lz4', 'lz4', '-q', '-9', '--content-size', '-c'),
    filtered('lz4, legacy frame', 'text.lz4', 'lz4', '-q', '-l', '-c'),
    {
      ...byPython(
        'lz4, bare block',
        'cache.bin',
        'import lz4.block\nsys.stdout.buffer.write(lz4.block.compress(data * 2, store_size=False))',
        ['lz4.block'],
      ),
    },
    {
      ...written('snappy, bare block', 'npm snappy', 'cache.bin', ({ text }) =>
        compressSync(Buffer.from(`${text}${text}`)),
      ),
      undo: planting => uncompressSync(readFileSync(planting.path('cache.bin'))),
    },
    written('snappy frame', 'npm snappy, framing_format.txt', 'text.sz', snappyFramed),
    written('snappy of Kafka', 'npm snappy, framed as Kafka does', '00000000.log', snappyOfKafka),
    filtered('xz', 'text.xz', 'xz', '-c'),
    filtered('xz -9e --check=sha256', 'text.xz', 'xz', '-9e', '--check=sha256', '-c'),
    {
      ...filtered('lzma', 'text.lzma', 'xz', '--format=lzma', '-c'),
      undo: planting => planting.tool('xz', ['--format=lzma', '-dc', planting.path('text.lzma')]),
    },
    filtered('bzip2', 'text.bz2', 'bzip2', '-c'),
    filtered('bzip2 -1', 'text.bz2', 'bzip2', '-1', '-c'),
  ],
}
