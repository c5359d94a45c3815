import type { Codes, Encoder, Form, Unit } from '../form.ts'
import { UNKNOWN } from '../form.ts'
import { MAGIC_LENGTH } from '../key.ts'

/** Reads the character at `at`, from which the next is to the left. */
function readUnit(codes: Codes, at: number, unit: Unit): boolean {
  const code = codes[at] ?? UNKNOWN
  if (code === UNKNOWN) return false
  unit.one(code, at, at + 1)
  unit.start = at + 1
  unit.end = at - 1
  return true
}

const form: Form = {
  width: 1,
  period: 1,
  skip: 0,
  first: (codes, at, unit) => readUnit(codes, at + MAGIC_LENGTH - 1, unit),
  next: readUnit,
  previous: readUnit,
}

/** Text from its end to its beginning; of whole magics only, since the form must know where the needle ends. */
export const reversedEncoders: readonly Encoder[] = [
  { name: 'reversed', encode: bytes => bytes.toReversed(), form, over: 'canary', stack: 'one' },
]
