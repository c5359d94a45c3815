import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { Codec } from '../canary/codec.ts'
import { RunKey } from '../canary/key.ts'
import { contextsOf } from '../canary/tokens/contexts.suite.ts'
import { decimalLists } from '../canary/tokens/decimal-lists.ts'
import { fixedWidthLists } from '../canary/tokens/fixed-width.ts'
import { installedVocabularies } from '../canary/tokens/load.ts'
import { realTokenizer, realTokenizers } from '../canary/tokens/real-tokenizers.suite.ts'
import { taggedLists } from '../canary/tokens/tagged.ts'
import { varintLists } from '../canary/tokens/varint.ts'
import { tokenNeedlesOf } from './needles.ts'
import { readCanary } from './reading.ts'
import type { Hit, Scanner } from './scan.ts'
import { createScanner } from './scanner.ts'

const MIB = 2 ** 20
const key = RunKey.fromHex('70'.repeat(32))
/** Each of 200 runs reads two of the six tokenizers. */
const EVERY = 3
const contexts = contextsOf(key)
const lists = [...decimalLists, ...fixedWidthLists, ...varintLists, ...taggedLists]
const names = [...realTokenizers.keys()]
/** Llama 3 took over the tokens of cl100k: where it merged nothing more, both write the same. */
const ALIKE = ['tokens:cl100k', 'tokens:llama3']

let scanner: Scanner
test.beforeAll(async () => {
  scanner = createScanner(key, {}, await installedVocabularies())
})

async function scan(...chunks: readonly Uint8Array[]): Promise<{ hits: Hit[]; incomplete: readonly string[] }> {
  const hits: Hit[] = []
  const stream = scanner.open(hit => hits.push(hit))
  for (const chunk of chunks) await stream.push(chunk)
  const { incomplete } = await stream.end()
  return { hits, incomplete }
}

/** The one canary in the bytes: its id, and its chain, in which tokenizers that write alike have one name. */
async function found(bytes: Uint8Array, name: string): Promise<unknown> {
  const { hits, incomplete } = await scan(bytes)
  const isAlike = (step: string): boolean => ALIKE.includes(step) && ALIKE.includes(`tokens:${name}`)
  const viaOf = ({ via }: Hit): string => via.map(step => (isAlike(step) ? `tokens:${name}` : step)).join(' ')
  return [...hits.map(hit => [hit.canary, hit.role, hit.confirmed, viaOf(hit)]), ...incomplete]
}

function listOf(name: string, numbers: readonly number[]): Uint8Array {
  const written = lists.find(list => list.name === name)?.write(numbers)
  if (written === null || written === undefined) throw new Error(`cannot write ${name}`)
  return written
}

for (const name of names) {
  test(`token ids of ${name} are found in every form of list, with id and chain`, async () => {
    const encode = realTokenizer(name)
    for (const [index, list] of lists.entries()) {
      const context = contexts[index % contexts.length]
      const written = context && list.write(encode(context.text))
      if (!context || !written) continue
      const expected = [[context.id, 'payload', true, `${list.name} tokens:${name}`]]
      expect(await found(written, name), `${list.name}, ${context.name}`).toEqual(expected)
    }
  })
}

test('token ids are found under base64 at every alignment, under hex, and in gzip', async () => {
  for (const [index, name] of names.entries()) {
    const { id, text } = contexts[index] ?? { id: '', text: '' }
    for (const form of ['u32le', 'i64le', 'varint', 'decimal']) {
      const bytes = listOf(form, realTokenizer(name)(`read this: ${text} and answer`))
      const chain = `${form} tokens:${name}`
      for (const lead of [0, 1, 2]) {
        const encoded = Buffer.concat([Buffer.alloc(lead, '['), bytes]).toString('base64')
        expect(await found(Buffer.from(`"${encoded}"`), name)).toEqual([[id, 'payload', true, `base64 ${chain}`]])
      }
      expect(await found(gzipSync(bytes), name)).toEqual([[id, 'payload', true, `gzip ${chain}`]])
      if (form === 'decimal') continue
      const hex = Buffer.from(bytes).toString('hex')
      expect(await found(Buffer.from(`\\x${hex}`), name)).toEqual([[id, 'payload', true, `hex ${chain}`]])
    }
  }
})

test('token ids are found in the files that keep them', async () => {
  for (const [index, name] of names.entries()) {
    const { id, text } = contexts[index + 5] ?? { id: '', text: '' }
    const ids = realTokenizer(name)(`The report says ${text}, as agreed.`)
    const files: readonly (readonly [form: string, file: Uint8Array])[] = [
      ['i64le', npy('<i8', ids.length, listOf('i64le', ids))],
      ['u32le', npy('<u4', ids.length, listOf('u32le', ids))],
      ['u32be', npy('>i4', ids.length, listOf('u32be', ids))],
      ['i64le', safetensors(ids.length, listOf('i64le', ids))],
      ['varint', packedField(listOf('varint', ids))],
      ['pickle', pickledList(listOf('pickle', ids))],
      ['decimal', Buffer.from(JSON.stringify({ id: 'cmpl-1', prompt_token_ids: ids, n: 1 }))],
      ['decimal', Buffer.from(JSON.stringify({ a: { input_ids: ids } }, null, 2))],
      ['decimal', Buffer.from(`${ids.join('\n')}\n`)],
    ]
    for (const [form, file] of files) {
      expect(await found(file, name), `${name} ${form}`).toEqual([[id, 'payload', true, `${form} tokens:${name}`]])
    }
  }
})

test('200 runs: the canary is read whole around a core, in every list of numbers', async () => {
  const { present } = await installedVocabularies()
  for (let run = 0; run < 200; run++) {
    const runKey = RunKey.fromHex(run.toString(16).padStart(64, 'e7'))
    const codec = new Codec(runKey)
    const all = contextsOf(runKey)
    const context = all[run % all.length] ?? { id: '', text: '' }
    const wrong = present.filter((vocabulary, index) => {
      if (index % EVERY !== run % EVERY) return false
      const ids = realTokenizer(vocabulary.name)(`so ${context.text} it is`)
      const list = lists[run % lists.length]
      const bytes = list?.write(ids) ?? Buffer.from(ids.join(','))
      const needles = tokenNeedlesOf(runKey.payload, run % 2 === 0 ? 'a' : 'b', false, [vocabulary])
      const read = needles.flatMap(needle => {
        const at = Buffer.from(bytes).indexOf(needle.bytes)
        return at < 0 ? [] : [readCanary(codec, needle, bytes, at, 0)]
      })
      return !read.some(({ id, whole, confirmed }) => id === context.id && whole && confirmed)
    })
    expect(
      wrong.map(({ name }) => name),
      `run ${run}`,
    ).toEqual([])
  }
})

test('a canary that was cut off is evidence with its role; a core by itself is not certain', async () => {
  const ids = realTokenizer('o200k')(`x ${key.payload.a} and so on`)
  expect((await scan(listOf('u32le', ids))).hits).toMatchObject([
    { canary: '????????????', role: 'payload', confirmed: false, via: ['u32le', 'tokens:o200k'] },
  ])
  const decoy = realTokenizer('o200k')(`x ${key.decoy.b} and so on`)
  expect((await scan(listOf('decimal', decoy))).hits).toMatchObject([{ role: 'decoy', confirmed: false }])
})

test('the twin without the canary, and the canary of another run, are silent', async () => {
  const other = contextsOf(RunKey.fromHex('71'.repeat(32)))
  for (const name of names) {
    for (const list of lists) {
      for (const text of ['The report says nothing of it, as agreed.', other[0]?.text ?? '']) {
        const written = list.write(realTokenizer(name)(text))
        if (written !== null) expect(await scan(written)).toEqual({ hits: [], incomplete: [] })
      }
    }
  }
})

test('10 MiB of other token ids hold no canary', async () => {
  const random = createHash('shake256', { outputLength: 4 * 75_000 })
    .update('ids')
    .digest()
  const ids = Array.from({ length: 75_000 }, (_, at) => random.readUInt32LE(4 * at) % 100_000)
  const chunks = lists.flatMap(list => list.write(list.name.startsWith('u16') ? ids.map(id => id % 65_536) : ids) ?? [])
  expect(chunks.reduce((sum, { length }) => sum + length, 0)).toBeGreaterThan(10 * MIB)
  expect(await scan(...chunks)).toEqual({ hits: [], incomplete: [] })
})

/** A one-dimensional array of NumPy, format version 1.0 (numpy.lib.format): magic, header padded to 64, data. */
function npy(descr: string, count: number, data: Uint8Array): Uint8Array {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${count},), }`.padEnd(117)
  const length = Buffer.alloc(2)
  length.writeUInt16LE(header.length + 1)
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, Buffer.from(`${header}\n`), data])
}

/** Safetensors: u64 length of a JSON header, the header, the tensors (huggingface/safetensors, "Format"). */
function safetensors(count: number, data: Uint8Array): Uint8Array {
  const header = JSON.stringify({ input_ids: { dtype: 'I64', shape: [count], data_offsets: [0, data.length] } })
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  return Buffer.concat([length, Buffer.from(header), data])
}

/** Field 3, packed, of a protobuf message: tag, length, numbers. */
function packedField(data: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([0x1a]), listOf('varint', [data.length]), data, Buffer.from([0x20, 0x01])])
}

/** A list of numbers, as Python's pickle writes it in protocol 2: PROTO, EMPTY_LIST, BINPUT, MARK, …, APPENDS, STOP. */
function pickledList(data: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([0x80, 2, 0x5d, 0x71, 0, 0x28]), data, Buffer.from([0x65, 0x2e])])
}
