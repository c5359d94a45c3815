import { expect, test } from '@playwright/test'
import { hpackEncoders } from '../canary/encodings/hpack.ts'
import { huffmanCode, huffmanLength } from '../canary/encodings/huffman-code.ts'
import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import { peel } from '../canary/peel.ts'
import { createScanner } from './scanner.ts'

const key = RunKey.fromHex('2b'.repeat(32))
const mint = new Mint(key)
const scanner = createScanner(key)
const fresh = () => mint.mint({ role: 'payload', data: null, exchange: null, field: null, position: 'whole' })
const [whole] = hpackEncoders

/** A string as HPACK writes it: its length, the codes, and ones to the end of the last byte. */
function stringOf(text: string): Buffer {
  const bits = [...Buffer.from(text, 'latin1')]
    .map(byte => huffmanCode(byte).toString(2).padStart(huffmanLength(byte), '0'))
    .join('')
  const bytes = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1').match(/.{8}/g) ?? []
  const length = bytes.length < 127 ? [0x80 | bytes.length] : [0xff, bytes.length - 127]
  return Buffer.from([...length, ...bytes.map(byte => Number.parseInt(byte, 2))])
}

async function found(bytes: Uint8Array): Promise<string[]> {
  const hits: string[] = []
  const stream = scanner.open(({ canary, confirmed, via }) => hits.push([canary, confirmed, ...via].join(' ')))
  await stream.push(bytes)
  expect((await stream.end()).incomplete).toEqual([])
  return hits
}

test('strings are written as in the examples of RFC 7541, appendix C', () => {
  const examples = {
    'www.example.com': '8cf1e3c2e5f23a6ba0ab90f4ff',
    'no-cache': '86a8eb10649cbf',
    'custom-key': '8825a849e95ba97d7f',
    'custom-value': '8925a849e95bb8e8b4bf',
    302: '826402',
    'Mon, 21 Oct 2013 20:13:21 GMT': '96d07abe941054d444a8200595040b8166e082a62d1bff',
    'https://www.example.com': '919d29ad171863c78f0b97c8e9ae82ae43d3',
    gzip: '839bd9ab',
    'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1':
      'ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007',
  }
  for (const [text, written] of Object.entries(examples)) expect(stringOf(text).toString('hex')).toBe(written)
})

test('no code begins another, and together they leave no bits unused', () => {
  const places = Array.from({ length: 256 }, (_, byte) => 2 ** (30 - huffmanLength(byte)))
  // One more code of 30 bits ends a string.
  expect(places.reduce((sum, count) => sum + count, 1)).toBe(2 ** 30)
  expect(huffmanCode(22).toString(2)).toBe(`${'1'.repeat(28)}10`)
})

test('what is written is read back from its beginning, and from any place in it', () => {
  const text = `${'say it again: '.repeat(9)}${fresh().text}, and more of it \x00\xe9`
  const bytes = whole?.encode(Buffer.from(text, 'latin1')) ?? new Uint8Array(0)
  const read = (at: number, phase: number): string =>
    String.fromCharCode(...Array.from(peel(bytes, at, hpackEncoders.slice(phase, phase + 1)).codes))
  expect(text.startsWith(read(0, 0))).toBe(true)
  for (const [phase, encoder] of hpackEncoders.entries()) {
    const at = Buffer.from(bytes).indexOf(encoder.encode(Buffer.from(text.slice(126, 146))))
    if (at >= 0) expect(read(at, phase)).toContain(text.slice(60, 180))
  }
})

test('a canary is found at any bit of a byte, and so is what is left of it', async () => {
  for (let before = 0; before < 16; before++) {
    const { id, text } = fresh()
    const name = stringOf('x-prompt')
    const header = (value: string): Buffer =>
      Buffer.concat([Buffer.from([0x82, 0x86, 0x40]), name, stringOf(value), Buffer.from([0x90])])
    const filler = 'ajXa0!zq?_b-Q.5;'.slice(0, before)
    expect(await found(header(`${filler}${text} again`)), filler).toEqual([`${id} true hpack`])
    const tail = `${'?'.repeat(6)}${id.slice(6)}`
    expect(await found(header(`${filler} ${text.slice(26)}`)), filler).toEqual([`${tail} true hpack`])
    expect(await found(header(`${'w'.repeat(150)}${filler}${text}`)), filler).toEqual([`${id} true hpack`])
    // What follows a string reads as text too, as what follows a canary in plain text does.
    const [head = '', ...more] = await found(header(filler + text.slice(0, 26)))
    expect([head.slice(0, 6), head.slice(-11), more], filler).toEqual([id.slice(0, 6), ' true hpack', []])
  }
})
