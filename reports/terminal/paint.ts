import { styleText } from 'node:util'
import type { Verdict } from '../../harness/model/finding.ts'

type Style = Parameters<typeof styleText>[0]

/** Puts style on text, or leaves it as it is. */
export interface Paint {
  verdict(verdict: Verdict, text: string): string
  strong(text: string): string
  faint(text: string): string
}

const verdictStyle: Readonly<Record<Verdict, Style>> = {
  fail: 'red',
  inconclusive: 'yellow',
  pass: 'green',
  'not-applicable': 'gray',
}

export function paint(color: boolean): Paint {
  // Whether the stream bears colours was decided by the caller, who knows the stream.
  const apply = (style: Style, text: string) => (color ? styleText(style, text, { validateStream: false }) : text)
  return {
    verdict: (verdict, text) => apply(verdictStyle[verdict], text),
    strong: text => apply('bold', text),
    faint: text => apply('dim', text),
  }
}
