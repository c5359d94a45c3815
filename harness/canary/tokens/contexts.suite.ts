import { ExchangeFill } from '../../traffic/fill.ts'
import type { RunKey } from '../key.ts'
import { Mint } from '../mint.ts'

/** A text with one canary in it. */
export interface Context {
  readonly name: string
  readonly id: string
  readonly text: string
}

/** What may stand around a canary. */
const AROUND: readonly (readonly [name: string, before: string, after: string])[] = [
  ['alone', '', ''],
  ['start of text', '', ' is my number, remember it.'],
  ['end of text', 'My number is ', ''],
  ['JSON', '{"role":"user","content":"', '"}'],
  ['escaped JSON', '{\\"note\\":\\"', '\\",\\"n\\":3}'],
  ['code', 'const token_', ' = await fetch(`/v1/x`)\n\treturn 1'],
  ['letters', 'abcxyz', 'qrstuv'],
  ['upper case', 'ID', 'OK'],
  ['digits', '2024', ''],
  ['digits after', '', '77'],
  ['Chinese', '我的号码是', '，请记住'],
  ['German', 'für Öl', 'ß und mehr'],
  ['Arabic', 'رقمي هو ', ' شكرا'],
  ['emoji', '🦊', '🦊🦊'],
  ['lines', 'one\n\n', '\r\n\r\ntwo'],
  ['markup', '<|im_start|', '|></s>'],
  ['path', '/var/log/', '.txt'],
  ['quotes', "'", "'s"],
]

/** One canary of the run in every context, and the texts that the traffic itself sends. */
export function contextsOf(key: RunKey): Context[] {
  const mint = new Mint(key)
  const about = { role: 'payload', data: 'input', exchange: null, field: null, position: 'whole' } as const
  const around = AROUND.map(([name, before, after]) => {
    const { id, text } = mint.mint(about)
    return { name, id, text: `${before}${text}${after}` }
  })
  return [...around, sentText(mint)]
}

function sentText(mint: Mint): Context {
  const fill = new ExchangeFill('e1', 400, about => mint.mint(about))
  const text = fill.short('messages')
  return { name: 'traffic', id: fill.canaries[0]?.id ?? '', text }
}
