import { base64Encoders } from './encodings/base64.ts'
import { hexEncoders } from './encodings/hex.ts'
import { jsonEncoders } from './encodings/json.ts'
import { percentEncoders } from './encodings/percent.ts'
import { utf16Encoders } from './encodings/utf16.ts'
import type { Encoder } from './form.ts'

/** Every encoding that a needle is looked for under. */
export const encoders: readonly Encoder[] = [
  ...jsonEncoders,
  ...percentEncoders,
  ...base64Encoders,
  ...hexEncoders,
  ...utf16Encoders,
]
