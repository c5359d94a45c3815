import { expect, test } from '@playwright/test'
import type { Encoder } from '../form.ts'
import { Unit } from '../form.ts'
import { hexEncoders } from './hex.ts'
import { jsonEncoders } from './json.ts'
import { percentEncoders } from './percent.ts'
import { wideEncoders } from './wide.ts'

const allBytes = Uint8Array.from({ length: 256 }, (_, index) => index)
const ascii = allBytes.subarray(1, 128)
const overBytes = [...hexEncoders, ...jsonEncoders, ...percentEncoders]

function forward({ form }: Encoder, text: Uint8Array): number[] {
  const unit = new Unit()
  const values: number[] = []
  for (let at = 0; form.next(text, at, unit); at = unit.end) values.push(unit.values[0] ?? -1)
  return values
}

function backward({ form }: Encoder, text: Uint8Array): number[] {
  const unit = new Unit()
  const values: number[] = []
  for (let end = text.length; form.previous(text, end, unit); end = unit.start) values.unshift(unit.values[0] ?? -1)
  return values
}

test('what an encoder writes its form reads back, forward and backward', () => {
  for (const encoder of overBytes) {
    const text = encoder.encode(allBytes)
    expect(forward(encoder, text), encoder.name).toEqual([...allBytes])
    expect(backward(encoder, text), encoder.name).toEqual([...allBytes])
  }
  for (const encoder of wideEncoders) {
    expect(forward(encoder, encoder.encode(ascii)), encoder.name).toEqual([...ascii])
    expect(backward(encoder, encoder.encode(ascii)), encoder.name).toEqual([...ascii])
  }
})

test('JSON as JSON.stringify writes it reads back, and ends at its quote', () => {
  const [json] = jsonEncoders
  const text = Buffer.from(JSON.stringify('a\\b"c\n/é\\\\u0061').slice(1))
  expect(json && Buffer.from(forward(json, text)).toString('latin1')).toBe('a\\b"c\n/é\\\\u0061')
  expect(json && Buffer.from(backward(json, text.subarray(0, -1))).toString('latin1')).toBe('a\\b"c\n/é\\\\u0061')
})

test('percent text is what URLs hold, and ends where they do', () => {
  const [percent] = percentEncoders
  const text = Buffer.from(`${encodeURIComponent('a b&c=ü/')}+d&next=1`)
  expect(percent && Buffer.from(forward(percent, text)).toString()).toBe('a b&c=ü/ d')
})
