import { readFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Planting } from '../planting.ts'
import type { Family, Row } from '../row.ts'
import { filtered, written } from '../row.ts'

const LOGGED = /gateway\[17\]: (.*)$/gm
const CONTENT = /"content":"([^"]*)"/g
const TOKEN = /"token":"([^"]*)"/g

const tokensOf = (text: string): string[] => text.match(/.{1,4}/gs) ?? []

const deltaOf = (content: string): string =>
  JSON.stringify({ id: 'chat-1', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content } }] })

const eventsOf = ({ text }: Planting): string =>
  tokensOf(text)
    .map(token => `data: ${deltaOf(token)}\n\n`)
    .join('')

const stamp = (index: number): string => `2026-01-02T03:04:05.${String(index).padStart(6, '0')}Z gateway[17]:`

/** Text broken over lines of so many characters, each with what a logger puts before it. */
function brokenInto(width: number, prefix: (index: number) => string): (planting: Planting) => string {
  return ({ text }) =>
    (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).map((part, index) => `${prefix(index)}${part}\n`).join('')
}

/** A row whose file holds the text in pieces. @param pattern what it finds of each piece, in order, is the text again */
function inPieces(
  name: string,
  how: string,
  file: string,
  pattern: RegExp,
  content: (planting: Planting) => Uint8Array | string,
): Row {
  const undo = (planting: Planting): string => {
    const bytes = readFileSync(planting.path(file))
    const written = String(file.endsWith('.gz') ? gunzipSync(bytes) : bytes)
    return Array.from(written.matchAll(pattern), ([, piece]) => piece).join('')
  }
  return { ...written(name, how, file, content), undo }
}

/** One record that is cut where the log was rotated: its end stands at the beginning of the newer file. */
const rotated: Row = {
  name: 'a record over two files',
  how: 'split as by rotation',
  needs: [],
  make: planting => {
    const line = `INFO prompt: ${planting.text}\n`
    const middle = line.indexOf(planting.canary) + 26
    planting.write('app.log.1', line.slice(0, middle))
    planting.write('app.log', line.slice(middle))
  },
}

/** Parts of a canary, and whole ones in pieces. */
export const pieces: Family = {
  title: 'In parts and in pieces',
  rows: [
    {
      ...written('first 20 characters', 'slice', 'app.log', ({ canary }) => `preview="${canary.slice(0, 20)}…"\n`),
      most: 'evidence',
    },
    {
      ...written('last 20 characters', 'slice', 'app.log', ({ canary }) => `tail="${canary.slice(-20)}"\n`),
      most: 'evidence',
    },
    written('first 26 characters', 'slice', 'app.log', ({ canary }) => `preview="${canary.slice(0, 26)}…"\n`),
    written('last 26 characters', 'slice', 'app.log', ({ canary }) => `tail="${canary.slice(-26)}"\n`),
    written('a cut preview in base64', 'Buffer', 'app.log', ({ canary }) =>
      Buffer.from(canary.slice(0, 40)).toString('base64'),
    ),
    rotated,
    filtered('wrapped by fold', 'text.txt', 'fold', '-w', '20'),
    inPieces(
      'lines of 60, quoted as mail does',
      'slice',
      'mail.eml',
      /^> (.*)$/gm,
      brokenInto(60, () => '> '),
    ),
    inPieces(
      'lines of 40 with the time before',
      'slice',
      'app.log',
      LOGGED,
      brokenInto(40, index => `${stamp(index)} `),
    ),
    inPieces(
      'lines of 16 with the time before',
      'slice',
      'app.log',
      LOGGED,
      brokenInto(16, index => `${stamp(index)} `),
    ),
    inPieces('server-sent events', 'JSON.stringify', 'stream.txt', CONTENT, eventsOf),
    inPieces('server-sent events, gzip', 'JSON.stringify, node:zlib', 'stream.txt.gz', CONTENT, planting =>
      gzipSync(eventsOf(planting)),
    ),
    inPieces('one token a record of JSON', 'JSON.stringify', 'app.log', TOKEN, ({ text }) =>
      tokensOf(text)
        .map((token, index) => `${JSON.stringify({ time: index, msg: 'delta', token })}\n`)
        .join(''),
    ),
    inPieces('one token an event, in log lines', 'JSON.stringify', 'app.log', CONTENT, ({ text }) =>
      tokensOf(text)
        .map((token, index) => `${stamp(index)} chunk=${deltaOf(token)}\n`)
        .join(''),
    ),
    inPieces('one character a record of JSON', 'JSON.stringify', 'app.log', TOKEN, ({ text }) =>
      Array.from(text, token => `${JSON.stringify({ token })}\n`).join(''),
    ),
    inPieces(
      'two streams, token by token in turn',
      'JSON.stringify',
      'app.log',
      /"stream":1,"token":"([^"]*)"/g,
      ({ text }) =>
        tokensOf(text)
          .flatMap((token, index) => [
            { stream: 1, token },
            { stream: 2, token: ` other${index}` },
          ])
          .map(record => `${JSON.stringify(record)}\n`)
          .join(''),
    ),
    inPieces('one token a line of plain log', 'slice', 'app.log', /token='([^']*)'/g, ({ text }) =>
      tokensOf(text)
        .map((token, index) => `${stamp(index)} DEBUG token='${token}'\n`)
        .join(''),
    ),
    inPieces('array of tokens in JSON', 'JSON.stringify', 'app.json', /["]([^"]{1,4})"[,\]]/g, ({ text }) =>
      JSON.stringify({ tokens: tokensOf(text) }),
    ),
    {
      ...written('one token a record, base64 each', 'JSON.stringify', 'app.log', ({ text }) =>
        tokensOf(text)
          .map(token => `${JSON.stringify({ bytes: Buffer.from(token).toString('base64') })}\n`)
          .join(''),
      ),
      undo: planting => {
        const pieces = readFileSync(planting.path('app.log'), 'utf8').matchAll(/"bytes":"([^"]*)"/g)
        return Buffer.concat(Array.from(pieces, ([, piece = '']) => Buffer.from(piece, 'base64')))
      },
    },
  ],
}
