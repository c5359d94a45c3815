import { encoders } from '../../canary/encoders.ts'
import type { Encoder } from '../../canary/form.ts'
import type { Decoder } from './decoder.ts'
import { gzipDecoder } from './gzip.ts'
import { textDecoder } from './text.ts'

const textDecoders = new Map(encoders.map(encoder => [encoder, textDecoder(encoder.name, encoder.form)]))

/** The decoder of the outermost layer of a container that stands under these encodings: gzip where there are none. */
export function decoderOf(chain: readonly Encoder[]): Decoder {
  const outermost = chain[0]
  return (outermost && textDecoders.get(outermost)) ?? gzipDecoder
}
