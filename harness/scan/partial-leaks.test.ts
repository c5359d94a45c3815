import { expect, test } from '@playwright/test'
import { CANARY_LENGTH } from '../canary/codec.ts'
import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import type { Hit } from './scan.ts'
import { createScanner } from './scanner.ts'

const key = RunKey.fromHex('f1'.repeat(32))
const scanner = createScanner(key)
const canary = new Mint(key).mint({ role: 'payload', data: 'input', exchange: null, field: null, position: 'whole' })
const SHORTEST = 4

type Part = (length: number) => string
const head: Part = length => canary.text.slice(0, length)
const tail: Part = length => canary.text.slice(CANARY_LENGTH - length)
const middle: Part = length => {
  const begin = Math.floor((CANARY_LENGTH - length) / 2)
  return canary.text.slice(begin, begin + length)
}

/** What is said of a part of so many characters: `unconfirmed` is evidence that is never alone a fail. */
const SAID: readonly (readonly [
  name: string,
  part: Part,
  ranges: readonly (readonly [from: number, to: number, said: string])[],
])[] = [
  // A magic is evidence from 12 of its 20 characters on; the letter beside it tells the role; 12 more the id.
  ...([['head', head] as const, ['tail', tail] as const] as const).map(
    ([name, part]) =>
      [
        name,
        part,
        [
          [4, 11, 'nothing'],
          [12, 20, 'unconfirmed payload'],
          [21, 31, 'confirmed payload'],
          [32, 52, 'confirmed payload, id'],
        ],
      ] as const,
  ),
  // The id has no needle of its own: it is read where 12 characters of a magic stand beside it.
  [
    'middle',
    middle,
    [
      [4, 34, 'nothing'],
      [35, 52, 'confirmed payload, id'],
    ],
  ],
]

async function hitsIn(content: string): Promise<Hit[]> {
  const hits: Hit[] = []
  const stream = scanner.open(hit => hits.push(hit))
  await stream.push(Buffer.from(content))
  expect((await stream.end()).incomplete).toEqual([])
  return hits
}

function saidOf(hits: readonly Hit[]): string {
  const said = hits.map(({ confirmed, role, canary: id }) => {
    const what = `${confirmed ? 'confirmed' : 'unconfirmed'} ${role}`
    return id === canary.id ? `${what}, id` : what
  })
  return said.length === 0 ? 'nothing' : said.join(' and ')
}

for (const [name, part, ranges] of SAID) {
  test(`of the ${name} of a canary: nothing, evidence, or certainty, by its length`, async () => {
    expect([ranges[0]?.[0], ranges.at(-1)?.[1]]).toEqual([SHORTEST, CANARY_LENGTH])
    for (const [from, to, said] of ranges) {
      for (let length = from; length <= to; length++) {
        const hits = await hitsIn(`cut <${part(length)}> here`)
        expect(saidOf(hits), `${length} characters`).toBe(said)
        // Never more than is there: the length of the evidence is that of the part, and its place the part's.
        for (const hit of hits) expect([hit.offset, hit.length]).toEqual(['cut <'.length, length])
      }
    }
  })
}
