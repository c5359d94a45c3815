import { expect, test } from '@playwright/test'
import { Role } from '../model/canary.ts'
import { Codec, canaryText, isValidId, roleOfLetter, serialOf } from './codec.ts'
import { RunKey } from './key.ts'

const key = RunKey.fromHex('17'.repeat(32))
const codec = new Codec(key)

test('an id says its role at both ends and is valid under its own key only', () => {
  const other = RunKey.fromHex('18'.repeat(32))
  for (const role of Role.options) {
    const id = codec.id(role, codec.serial(7))
    expect(id).toMatch(/^[a-z]{4}[0-9][a-z]{4}[0-9][a-z]{2}$/)
    expect(roleOfLetter(id.charAt(0))).toBe(role)
    expect(roleOfLetter(id.charAt(11))).toBe(role)
    expect(isValidId(key, id)).toBe(true)
    expect(isValidId(other, id)).toBe(false)
  }
  expect(roleOfLetter('x')).toBeNull()
})

test('any one changed character makes an id invalid', () => {
  const id = codec.id('payload', codec.serial(1))
  for (let place = 0; place < id.length; place++) {
    for (const char of 'abcdpuz059?A') {
      if (char === id[place]) continue
      const changed = id.slice(0, place) + char + id.slice(place + 1)
      expect(isValidId(key, changed), changed).toBe(false)
    }
  }
  expect(isValidId(key, '')).toBe(false)
  expect(isValidId(key, `${id}a`)).toBe(false)
})

test('a canary is magic, id, magic; a decoy has the decoy magics', () => {
  const id = codec.id('control', codec.serial(2))
  expect(canaryText(key, id)).toBe(key.payload.a + id + key.payload.b)
  const decoy = codec.id('decoy', codec.serial(2))
  expect(canaryText(key, decoy)).toBe(key.decoy.a + decoy + key.decoy.b)
  expect(canaryText(key, id)).toMatch(/^([a-z]{4}[0-9]){10}[a-z]{2}$/)
  expect(serialOf(id)).toBe(serialOf(decoy))
})
