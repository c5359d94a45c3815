import { CERTAIN_CHARACTERS, expectedFalseHits } from '../../harness/canary/chance.ts'
import type { MagicNeedle } from '../../harness/scan/needles.ts'
import { machine } from '../report.ts'
import type { Outcome } from './search.ts'

/** What `npm run bench:false-positives` found out in one run. */
export interface Results {
  readonly outcomes: readonly Outcome[]
  /** of one key: all keys have as many of each length */
  readonly needles: readonly MagicNeedle[]
}

/** docs/false-positives.md. */
export function falsePositivesMarkdown({ outcomes, needles }: Results): string {
  const total = (count: (outcome: Outcome) => number): number =>
    outcomes.reduce((sum, outcome) => sum + count(outcome), 0)
  const keys = total(outcome => outcome.keys)
  const [bytes = 0, unpacked = 0] = [outcomes[0]?.bytes, outcomes[0]?.unpacked]
  const { confirmed, unconfirmed } = expectedOf(keys * (bytes + unpacked), needles)
  const reasons = new Set(outcomes.flatMap(({ incomplete }) => incomplete))
  return `# False positives

Written by \`npm run bench:false-positives\`. The same corpus is scanned with ${keys} keys, each drawn after the corpus was there, so whatever is found is found
by accident. Each key has two magics for canaries and two for decoys: all four are looked for. Before, a planted canary of each key was found.

Machine: ${machine()}. Corpus: ${gib(bytes)} GiB: files of \`/usr\` and of npm packages, random bytes, and files packed by gzip and zstd; ${gib(unpacked)} GiB more came
out of containers. Needles of each key: ${needles.length.toLocaleString('en')}.

| | found | calculated bound |
|---|---|---|
| canaries, confirmed | ${total(outcome => outcome.confirmed)} | ${confirmed.toExponential(1)} |
| fragments, unconfirmed evidence | ${total(outcome => outcome.unconfirmed)} | ${unconfirmed.toExponential(1)} |

The bound is the sum over all keys of bytes × needles × 2^-bits (\`harness/canary/chance.ts\`): a magic is drawn at random whatever the bytes are, so each
needle stands at a given place with a chance of 2^-bits at most, where bits are those of the magic's characters that it covers.

Files that were not scanned whole, as the scan says itself: ${reasons.size === 0 ? 'none.' : `\n\n${[...reasons].map(reason => `- ${reason}`).join('\n')}`}
`
}

/** A whole magic is certain by itself; a part of one is evidence only. */
function expectedOf(bytes: number, needles: readonly MagicNeedle[]): { confirmed: number; unconfirmed: number } {
  const expected = { confirmed: 0, unconfirmed: 0 }
  for (const { length } of needles)
    expected[length >= CERTAIN_CHARACTERS ? 'confirmed' : 'unconfirmed'] += expectedFalseHits(bytes, 1, length)
  return expected
}

const gib = (bytes: number): string => (bytes / 2 ** 30).toFixed(2)
