import { expect, test } from '@playwright/test'
import { UNKNOWN, Unit } from '../form.ts'
import { base64Encoders } from './base64.ts'

const whole = base64Encoders.filter(({ name, form }) => name === 'base64' && form.skip === 0)

function decode(text: string): number[] {
  const unit = new Unit()
  const values: number[] = []
  const bytes = Buffer.from(text)
  const form = whole[0]?.form
  let at = 0
  while (form?.next(bytes, at, unit)) {
    values.push(...unit.values.slice(0, unit.count))
    at = unit.end
  }
  return values
}

const known = (text: string): string => Buffer.from(decode(text).filter(value => value !== UNKNOWN)).toString()

test('wrapped, escaped and URL-safe base64 read the same', () => {
  const bytes = Buffer.from('~~~???>>>subjects and verbs')
  const plain = bytes.toString('base64')
  expect(plain).toMatch(/[+/]/)
  expect(known(plain)).toBe(bytes.toString())
  expect(known(bytes.toString('base64url'))).toBe(bytes.toString())
  expect(known(encodeURIComponent(plain))).toBe(bytes.toString())
  expect(known(plain.replaceAll('/', '\\/'))).toBe(bytes.toString())
  expect(known(plain.replace(/.{7}/g, '$&\r\n'))).toBe(bytes.toString())
  const wrapped = plain.replace(/.{7}/g, '$&\r\n')
  expect(known(JSON.stringify(wrapped).slice(1))).toBe(bytes.toString())
  expect(known(JSON.stringify(JSON.stringify(wrapped)).slice(3))).toBe(bytes.toString())
})

test('padding ends the text, and what a cut group cannot tell is unknown', () => {
  expect(decode('QUI=')).toEqual([0x41, 0x42, UNKNOWN])
  expect(decode('QU')).toEqual([0x41, UNKNOWN, UNKNOWN])
  expect(decode('Q')).toEqual([])
  expect(decode('"QUJD')).toEqual([])
})

test('each alignment writes the characters that its neighbours cannot change', () => {
  const bytes = Buffer.from('needle')
  for (const encoder of base64Encoders) {
    const core = Buffer.from(encoder.encode(bytes)).toString()
    for (const filler of ['\0', 'z', '\x7f']) {
      const around = Buffer.from(filler.repeat(encoder.form.skip) + bytes + filler.repeat(3))
      expect(around.toString('base64'), encoder.name).toContain(core)
    }
  }
})
