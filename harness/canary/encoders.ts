import { base32Encoders } from './encodings/base32.ts'
import { base64Encoders } from './encodings/base64.ts'
import { base85Encoders } from './encodings/base85.ts'
import { escapeEncoders } from './encodings/escape.ts'
import { hexEncoders } from './encodings/hex.ts'
import { hpackEncoders } from './encodings/hpack.ts'
import { htmlEncoders } from './encodings/html.ts'
import { jsonEncoders } from './encodings/json.ts'
import { listEncoders } from './encodings/list.ts'
import { percentEncoders } from './encodings/percent.ts'
import { quotedPrintableEncoders } from './encodings/quoted-printable.ts'
import { reversedEncoders } from './encodings/reversed.ts'
import { substitutionEncoders } from './encodings/substitution.ts'
import { wideEncoders } from './encodings/wide.ts'
import { wordEncoders } from './encodings/words.ts'
import type { Encoder } from './form.ts'

/** Every encoding that a needle is looked for under; of those that write the same, the first gives its name. */
export const encoders: readonly Encoder[] = [
  ...jsonEncoders,
  ...percentEncoders,
  ...base64Encoders,
  ...hexEncoders,
  ...wideEncoders,
  ...base32Encoders,
  ...base85Encoders,
  ...listEncoders,
  ...wordEncoders,
  ...escapeEncoders,
  ...quotedPrintableEncoders,
  ...htmlEncoders,
  ...substitutionEncoders,
  ...reversedEncoders,
  ...hpackEncoders,
]
