import { base64Encoders } from '../encodings/base64.ts'
import { hexEncoders } from '../encodings/hex.ts'
import type { Decoding, Encoder } from '../form.ts'
import type { Core } from './core.ts'
import { coreOf } from './core.ts'
import { decimalLists } from './decimal-lists.ts'
import { fixedWidthLists } from './fixed-width.ts'
import type { NumberList } from './number-list.ts'
import { taggedLists } from './tagged.ts'
import { tokenDecoding } from './token-decoding.ts'
import { varintLists } from './varint.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Bytes to look for: the core of a magic as token ids, in one or more vocabularies that number its tokens alike. */
export interface TokenNeedle {
  readonly bytes: Uint8Array
  /** from the outside in, such as base64 of a list of numbers that are token ids */
  readonly chain: readonly Decoding[]
  readonly others: readonly (readonly Decoding[])[]
  /** the part of the magic that the ids stand for */
  readonly start: number
  readonly length: number
}

interface Found extends TokenNeedle {
  readonly others: (readonly Decoding[])[]
}

const lists: readonly NumberList[] = [...decimalLists, ...fixedWidthLists, ...varintLists, ...taggedLists]
/** What binary numbers, and JSON, are carried in; gzip and its like are opened by the scan. */
const carriers: Readonly<Record<NumberList['kind'], readonly Encoder[]>> = {
  binary: [...base64Encoders, ...hexEncoders],
  text: base64Encoders,
}

/** The core of a magic in every vocabulary, under every way to write numbers. Equal bytes are one needle. */
export function tokenClosureOf(magic: string, vocabularies: readonly Vocabulary[]): TokenNeedle[] {
  const found = new Map<string, Found>()
  for (const vocabulary of vocabularies) {
    const core = coreOf(vocabulary, magic)
    if (core === null) continue
    for (const { bytes, chain } of writtenForms(core, tokenDecoding(vocabulary))) {
      const name = Buffer.from(bytes).toString('latin1')
      const same = found.get(name)
      if (same === undefined) found.set(name, { bytes, chain, others: [], start: core.start, length: core.length })
      else same.others.push(chain)
    }
  }
  return [...found.values()]
}

function writtenForms({ ids }: Core, tokens: Decoding): Pick<TokenNeedle, 'bytes' | 'chain'>[] {
  return lists.flatMap(list => {
    const bytes = list.write(ids)
    if (bytes === null) return []
    const carried = carriers[list.kind].map(carrier => ({
      bytes: carrier.encode(bytes),
      chain: [carrier, list, tokens],
    }))
    return [{ bytes, chain: [list, tokens] }, ...carried]
  })
}
