import { readFileSync } from 'node:fs'
import { serialize } from 'node:v8'
import { brotliCompressSync, brotliDecompressSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { encode as msgpack } from '@msgpack/msgpack'
import { encode as cbor } from 'cborg'
import { parquetReadObjects } from 'hyparquet'
import { parquetWriteBuffer } from 'hyparquet-writer'
import type { Planting } from '../planting.ts'
import type { Family, Row } from '../row.ts'
import { byPython, written } from '../row.ts'

const recordOf = (text: string) => ({ id: 17, messages: [{ role: 'user', content: text }], stream: true })

type Codec = NonNullable<Parameters<typeof parquetWriteBuffer>[0]['codec']>

/** A table of 200 rows, one of which is the text. @param compress as the codec asks, where the library does not bring it */
function parquet(codec: Codec, compress?: (bytes: Uint8Array) => Uint8Array): Row {
  const compressors = compress === undefined ? {} : { compressors: { [codec]: compress } }
  return written(`parquet, ${codec.toLowerCase()}`, 'npm hyparquet-writer', 'part-0.parquet', ({ text }) => {
    const data = Array.from({ length: 200 }, (_, index) => (index === 70 ? text : `answer ${index} of many`))
    const columnData = [{ name: 'prompt', data, type: 'STRING' as const }]
    return new Uint8Array(parquetWriteBuffer({ columnData, codec, ...compressors }))
  })
}

const FROM_NPY = 'import io, numpy\nsys.stdout.write("".join(map(chr, numpy.load(io.BytesIO(data)))))'

/** What hyparquet reads of it, as JSON. */
async function parquetRows(planting: Planting): Promise<string> {
  const { buffer, byteOffset, byteLength } = readFileSync(planting.path('part-0.parquet'))
  const file = buffer.slice(byteOffset, byteOffset + byteLength)
  return JSON.stringify(
    await parquetReadObjects({ file, compressors: { BROTLI: bytes => brotliDecompressSync(bytes) } }),
  )
}

/** As programs serialise their values. */
export const serialised: Family = {
  title: 'Serialised',
  rows: [
    written('MessagePack', 'npm @msgpack/msgpack', 'cache.bin', ({ text }) => msgpack(recordOf(text))),
    written('CBOR', 'npm cborg', 'cache.bin', ({ text }) => cbor(recordOf(text))),
    byPython(
      'protobuf',
      'cache.bin',
      'from google.protobuf.struct_pb2 import Struct\nit = Struct()\nit.update({"prompt": data.decode()})\nsys.stdout.buffer.write(it.SerializeToString())',
      ['google.protobuf'],
    ),
    written('V8 values', 'node:v8 serialize', 'cache.bin', ({ text }) => serialize(recordOf(text))),
    written('V8 values, two-byte', 'node:v8 serialize', 'cache.bin', ({ text }) => serialize(recordOf(`“${text}”`))),
    byPython('pickle', 'cache.pkl', 'import pickle\nsys.stdout.buffer.write(pickle.dumps({"prompt": data.decode()}))'),
    byPython('pickle, protocol 0', 'cache.pkl', 'import pickle\nsys.stdout.buffer.write(pickle.dumps([data], 0))'),
    byPython('marshal', 'cache.bin', 'import marshal\nsys.stdout.buffer.write(marshal.dumps([data, data.decode()]))'),
    byPython(
      'npy, characters',
      'cache.npy',
      'import numpy\nnumpy.save(sys.stdout.buffer, numpy.array(["other", data.decode()]))',
      ['numpy'],
    ),
    byPython(
      'npz, compressed',
      'cache.npz',
      'import io, numpy\nit = io.BytesIO()\nnumpy.savez_compressed(it, prompt=numpy.frombuffer(data, numpy.uint8))\nsys.stdout.buffer.write(it.getvalue())',
      ['numpy'],
    ),
    {
      ...byPython(
        'npy, bytes as int64',
        'cache.npy',
        'import numpy\nnumpy.save(sys.stdout.buffer, numpy.frombuffer(data, numpy.uint8).astype(numpy.int64))',
        ['numpy'],
      ),
      undo: planting => planting.python(FROM_NPY, readFileSync(planting.path('cache.npy'))),
    },
    parquet('UNCOMPRESSED'),
    parquet('SNAPPY'),
    parquet('GZIP', gzipSync),
    parquet('ZSTD', zstdCompressSync),
    { ...parquet('BROTLI', brotliCompressSync), undo: parquetRows },
  ],
}
