import { expect, test } from '@playwright/test'
import { encoders } from '../encoders.ts'
import type { Encoder } from '../form.ts'
import { peel } from '../peel.ts'

const text = 'lethe4forgets9'

/** What tools and libraries write for `text`: xxd, od, base32 (GNU), Python 3.13 (base64, quopri, codecs), Go, .NET. */
const written: readonly (readonly [name: string, ...forms: string[]])[] = [
  ['xxd', '6c65 7468 6534 666f 7267 6574 7339'],
  ['od', '656c 6874 3465 6f66 6772 7465 3973', '062554 064164 032145 067546 063562 072145 034563'],
  ['hex', '6c657468653466', '6c 65 74 68 65 34 66', '6C:65:74:68:65:34:66', '6C-65-74-68-65-34-66'],
  ['hex', '0x6c,0x65,0x74,0x68', '0x6C, 0x65, 0x74, 0x68'],
  ['octal', '154 145 164 150 145 064 146 157 162 147 145 164 163 071'],
  [
    'decimal',
    '108 101 116 104 101  52 102 111 114 103 101 116 115  57',
    '108, 101, 116, 104',
    '108,101,116',
    '108 101',
  ],
  [
    'decimal',
    JSON.stringify([...Buffer.from(text)], null, 2).slice(4, -2),
    JSON.stringify(Buffer.from(text)).slice(25),
  ],
  ['escape', '\\x6c\\x65\\x74\\x68', '\\x6C\\x65', '\\154\\145\\164\\150'],
  ['base32', 'NRSXI2DFGRTG64THMV2HGOI=', 'nrsxi2dfgrtg64thmv2hgoi='],
  ['base32hex', 'DHIN8Q356HJ6USJ7CLQ76E8=', 'dhin8q356hj6usj7clq76e8='],
  ['ascii85', 'Ch7^%AMe";EbAs*F#a~>'],
  ['base85', 'Y-Mz4Wi)1Qa%W|9b2$'],
  ['quoted-printable', '=6C=65=74=68=65=34=66=6F', '=6c=65=74', '=6C=65=\r\n=74=68', 'lethe4=\nforgets9'],
  ['html', '&#108;&#101;&#116;', '&#x6c;&#x65;&#x74;', '&#X6C;&#X65;', '&#x006c;&#x0065;', '&#108;&#101;&#116;&#104;'],
  ['upper', 'LETHE4FORGETS9'],
  ['rot13', 'yrgur4sbetrgf9'],
]

const latin1 = (codes: ArrayLike<number>): string => Buffer.from(Array.from(codes)).toString('latin1')
const named = (name: string): Encoder[] => encoders.filter(encoder => encoder.name === name && encoder.form.skip === 0)

/** The most that any encoder of this name reads. */
function readAs(name: string, form: string): string {
  const readings = named(name).map(encoder => latin1(peel(Buffer.from(form), 0, [encoder]).codes).replace(/\xff+$/, ''))
  const fitting = readings.filter(reading => text.startsWith(reading)).sort((one, other) => other.length - one.length)
  return fitting[0] ?? readings.join(' | ')
}

test('what tools write is read', () => {
  for (const [name, ...forms] of written) {
    for (const form of forms) {
      const reading = readAs(name, form)
      expect(text.startsWith(reading) && reading.length > 1, `${name} ${form} is read as ${reading}`).toBe(true)
    }
  }
  expect(readAs('base32', 'NRSXI2DFGRTG64THMV2HGOI=')).toBe(text)
  expect(readAs('ascii85', 'Ch7^%AMe";EbAs*F#a~>')).toBe(text)
  expect(readAs('xxd', '6c65 7468 6534 666f 7267 6574 7339')).toBe(text)
})

test('what tools write is what is looked for', () => {
  const writes = (name: string, bytes: Uint8Array): string[] => named(name).map(({ encode }) => latin1(encode(bytes)))
  const bytes = Buffer.from(text)
  expect(writes('od', bytes)).toEqual([
    '656c 6874 3465 6f66 6772 7465 3973',
    '062554 064164 032145 067546 063562 072145 034563',
  ])
  expect(writes('octal', bytes)).toEqual(['154 145 164 150 145 064 146 157 162 147 145 164 163 071'])
  expect(writes('base32', bytes)).toEqual(['NRSXI2DFGRTG64THMV2HGO', 'nrsxi2dfgrtg64thmv2hgo'])
  expect(writes('ascii85', bytes)).toEqual(['Ch7^%AMe";EbAs*'])
  expect(writes('base85', bytes)).toEqual(['Y-Mz4Wi)1Qa%W|9'])
  expect(writes('z85', Buffer.from('864fd26fb559f75b', 'hex'))).toEqual(['HelloWorld'])
  expect(writes('decimal', bytes)).toContain('108 101 116 104 101  52 102 111 114 103 101 116 115  57')
  expect(JSON.stringify(bytes)).toContain(writes('decimal', bytes)[0])
  for (const indent of [2, 4, '\t']) {
    const pretty = JSON.stringify({ content: bytes }, null, indent)
    const found = writes('decimal', bytes).filter(form => pretty.includes(form))
    expect(found.length, `indent ${indent}`).toBe(1)
  }
})

test('whatever is read is bytes, and ends', () => {
  const odd = Buffer.from('&#; &#x; &nope; =\r =ZZ \\x \\ \\u00 0x 256,999 \xff\x00z{|}~', 'latin1')
  for (const encoder of encoders) {
    for (let at = 0; at < odd.length; at++) {
      const { codes } = peel(odd, at, [encoder])
      const isCode = (code: number): boolean => code >= -1 && code <= 255
      if (!Array.from(codes).every(isCode)) throw new Error(`${encoder.name} reads no bytes at ${at}`)
    }
  }
})

test('what an encoder writes is read back from its beginning and from its end', () => {
  const bytes = Uint8Array.from({ length: 300 }, (_, index) => (index * 7 + 1) % 128 || 1)
  for (const encoder of encoders.filter(
    ({ form, name }) => form.skip === 0 && !['reversed', 'upper', 'hpack'].includes(name),
  )) {
    const whole = encoder.encode(bytes)
    const last = whole.length - encoder.encode(bytes.subarray(-60)).length
    for (const at of [0, last]) {
      const { codes } = peel(whole, at, [encoder])
      expect(Array.from(codes), `${encoder.name} from ${at}`).toEqual([...bytes])
    }
  }
})
