import { spawnSync } from 'node:child_process'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import { RunKey } from '../../canary/key.ts'
import { Mint } from '../../canary/mint.ts'
import type { Hit } from '../scan.ts'
import { createScanner } from '../scanner.ts'

const key = RunKey.create(size => new Uint8Array(size).fill(9))
const { id, text } = new Mint(key).mint({
  role: 'upstream',
  data: 'output',
  exchange: null,
  field: null,
  position: 'whole',
})
const scanner = createScanner(key)

async function scan(content: Uint8Array | string, chunk = 65_536): Promise<Hit[]> {
  const hits: Hit[] = []
  const stream = scanner.open(hit => hits.push(hit))
  const bytes = Buffer.from(content)
  for (let at = 0; at < bytes.length; at += chunk) await stream.push(bytes.subarray(at, at + chunk))
  expect((await stream.end()).incomplete).toEqual([])
  return hits
}

/** The hits that name the canary: fragments of it that stand on one line are evidence besides. */
async function found(content: Uint8Array | string, chunk?: number): Promise<readonly (readonly string[])[]> {
  return (await scan(content, chunk)).filter(({ canary }) => canary === id).map(({ via }) => via)
}

const folded = (of: string, width: number): string[] => of.match(new RegExp(`.{1,${width}}`, 'gs')) ?? []

const FRAMES: readonly (readonly [name: string, line: (piece: string, index: number) => string])[] = [
  ['nothing', piece => piece],
  ['an indentation', piece => `    ${piece}`],
  ['a quotation', piece => `> ${piece}`],
  ['a quotation of a quotation, with CRLF', piece => `> > ${piece}\r`],
  ['a bar', piece => `| ${piece}`],
  ['an event stream', piece => `data: ${piece}`],
  ['a comment', piece => ` * ${piece}`],
  ['a soft line break', piece => `${piece}=`],
  ['source code', piece => `  "${piece}" +`],
  ['a time and a level', (piece, index) => `2026-11-24T00:00:${index}.${index * 37}Z DEBUG [worker 3] delta ${piece}`],
  ['a line of syslog', (piece, index) => `Nov 24 00:00:${10 + index} host app[${99 + index}]: ${piece}`],
  ['partial lines of CRI', (piece, index) => `2026-11-24T00:00:00.${123456 + index}Z stdout P ${piece}`],
  ['a request id', (piece, index) => `req=${(index + 11).toString(16).repeat(8).slice(0, 8)} ${piece}`],
  ['a journal in export form', piece => `MESSAGE=${piece}\nPRIORITY=6\n_PID=7\n`],
  ['logfmt', (piece, index) => `time=${index} level=info msg=${piece} ok=true`],
  ['a log of a container engine', piece => JSON.stringify({ log: `${piece}\n`, stream: 'stdout', time: 'now' })],
]

for (const [name, line] of FRAMES) {
  test(`a canary over lines with ${name} is found once, at any width`, async () => {
    for (const width of [4, 5, 7, 10, 20, 31, 40, 51]) {
      for (const before of ['', 'Once', 'Once upon a time ']) {
        const lines = folded(before + text, width).map(line)
        const content = `the log begins\n${lines.join('\n')}\n`
        expect(await found(content), content).toHaveLength(1)
      }
    }
  })
}

for (const encoding of ['base64', 'hex'] as const) {
  test(`${encoding} of a canary over lines is found once, at any width and behind any prefix`, async () => {
    const encoded = Buffer.from(`it says ${text}, no more`).toString(encoding)
    for (const width of [4, 9, 16, 33, 57, 70]) {
      for (const [name, line] of FRAMES.filter(([name]) => name !== 'a soft line break')) {
        const content = `begin\n${folded(encoded, width).map(line).join('\n')}\n`
        expect(await found(content), `${name} ${width}`).toHaveLength(1)
      }
    }
  })
}

test('quoted-printable with soft line breaks is found at any width, also in a quotation', async () => {
  const all = Buffer.from(text).toString('hex').toUpperCase().replace(/../g, '=$&')
  for (const width of [3, 6, 9, 21, 36, 75]) {
    for (const prefix of ['', '> ']) {
      const content = `Body:\r\n\r\n${folded(all, width)
        .map(part => `${prefix}${part}=\r\n`)
        .join('')}\r\n`
      expect(await found(content), content).toHaveLength(1)
    }
  }
})

const DUMPS: readonly (readonly [command: string, ...args: string[]])[] = [
  ['xxd'],
  ['xxd', '-p'],
  ['xxd', '-e'],
  ['xxd', '-g', '1'],
  ['xxd', '-u', '-c', '8'],
  ['hexdump'],
  ['hexdump', '-C'],
  ['od'],
  ['od', '-A', 'x', '-t', 'x1z'],
  ['od', '-A', 'd', '-t', 'x1'],
  ['od', '-t', 'x2'],
  ['od', '-t', 'x4'],
  ['od', '-b'],
  ['od', '-c'],
  ['od', '-d'],
  ['od', '-t', 'u1'],
]

for (const [command, ...args] of DUMPS) {
  test(`a canary over the lines of ${[command, ...args].join(' ')} is found at any alignment`, async () => {
    test.skip(spawnSync(command, ['/dev/null']).error !== undefined, `${command} is not installed`)
    const dump = (content: string): string => spawnSync(command, args, { input: content }).stdout.toString()
    for (let lead = 0; lead < 16; lead++) {
      expect(await found(dump(`${'.'.repeat(lead)}${text} and more`)), String(lead)).toHaveLength(1)
    }
    const encoded = Buffer.from(`it says ${text}, no more`).toString('base64')
    expect(await found(dump(encoded))).toHaveLength(1)
  })
}

test('a gzip member in a dump is opened', async () => {
  test.skip(spawnSync('xxd', ['/dev/null']).error !== undefined, 'xxd is not installed')
  const dump = spawnSync('xxd', [], { input: gzipSync(`packed: ${text}`) }).stdout
  expect(await found(dump)).toEqual([['dump', 'gzip']])
})

const token = (content: string, index: number) => ({ id: 'chat-1', index: String(index), delta: { content } })

const RECORDS: readonly (readonly [name: string, log: (tokens: readonly string[]) => string | Uint8Array])[] = [
  [
    'a gzip-rotated log',
    tokens =>
      gzipSync(
        tokens
          .map(token)
          .map(record => `${JSON.stringify(record)}\n`)
          .join(''),
      ),
  ],
  ['one list', tokens => JSON.stringify(tokens.map(token))],
  ['an answer that holds a list', tokens => JSON.stringify({ data: tokens.map(token), more: false })],
  ['a pretty-printed list', tokens => JSON.stringify(tokens.map(token), null, 2)],
  ['a list of texts', tokens => JSON.stringify({ tokens })],
  [
    'events in one text',
    tokens => JSON.stringify({ body: tokens.map(each => `data: ${JSON.stringify(token(each, 1))}\n\n`).join('') }),
  ],
  [
    'a log of JSON lines in a log of a container engine',
    tokens =>
      tokens
        .map(each => JSON.stringify({ log: `${JSON.stringify({ msg: 'x', token: each })}\n`, stream: 'stdout' }))
        .join('\n'),
  ],
  ['quoted logfmt', tokens => tokens.map((each, index) => `t=${index} msg="${each}" level=info`).join('\n')],
  [
    'records of two requests that take turns',
    tokens =>
      tokens
        .flatMap(each => [
          JSON.stringify({ request_id: 'a1', text: each }),
          JSON.stringify({ request_id: 'b2', text: ' or' }),
        ])
        .join('\n'),
  ],
  [
    'records of numbered requests that take turns',
    tokens =>
      tokens.flatMap(each => [JSON.stringify({ text: each, id: 7 }), JSON.stringify({ text: 'no', id: 8 })]).join('\n'),
  ],
  [
    'records with very long lines between',
    tokens =>
      tokens
        .flatMap(each => [JSON.stringify({ text: each }), JSON.stringify({ other: 'x'.repeat(70_000) })])
        .join('\n'),
  ],
  [
    'records that are longer than 64 KiB',
    tokens => tokens.map(text => JSON.stringify({ pad: 'some more words '.repeat(5000), text })).join('\n'),
  ],
  [
    'records with more than 1,000 texts',
    tokens =>
      tokens
        .map(text => JSON.stringify({ many: Array.from({ length: 1200 }, (_, index) => `t${index}`), text }))
        .join('\n'),
  ],
  [
    'records of 3,000 fields that take turns',
    tokens =>
      tokens
        .flatMap(text => [
          JSON.stringify({ text }),
          JSON.stringify(Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`f${index}`, 'x']))),
        ])
        .join('\n'),
  ],
]

for (const [name, log] of RECORDS) {
  test(`a canary over the tokens of ${name} is found once`, async () => {
    for (const size of [1, 3, 8]) {
      const tokens = ['Once', ' upon ', ...folded(text, size), ' and', ' more']
      expect(await found(log(tokens)), `${size}`).toHaveLength(1)
    }
  })
}

test('any cut, any frame, any chunks', async () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 51 }), { minLength: 2, maxLength: 9 })
  const property = fc.asyncProperty(
    cuts,
    fc.integer({ min: 1, max: 700 }),
    fc.constantFrom(...FRAMES),
    async (at, chunk, [, line]) => {
      const edges = [0, ...new Set(at.sort((a, b) => a - b)), text.length]
      const pieces = edges.slice(1).map((to, index) => text.slice(edges[index], to))
      // A piece of digits only cannot be told from a number of the prefix.
      fc.pre(pieces.every(piece => /[a-z]/.test(piece)))
      expect(await found(`begin\n${pieces.map(line).join('\n')}\n`, chunk)).toHaveLength(1)
    },
  )
  await fc.assert(property, { numRuns: 300, seed: 5 })
})

test('ordinary text of any kind gives no sighting and nothing incomplete', async () => {
  const property = fc.asyncProperty(
    fc.array(fc.oneof(fc.json(), fc.string(), fc.string({ unit: 'binary' }), fc.lorem())),
    fc.integer({ min: 1, max: 300 }),
    async (lines, chunk) => expect(await scan(lines.join('\n'), chunk)).toEqual([]),
  )
  await fc.assert(property, { numRuns: 300, seed: 6 })
})
