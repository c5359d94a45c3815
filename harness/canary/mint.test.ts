import { expect, test } from '@playwright/test'
import type { CanaryRecord } from '../model/canary.ts'
import { Role } from '../model/canary.ts'
import { canaryText, isValidId } from './codec.ts'
import { RunKey } from './key.ts'
import { Mint } from './mint.ts'

const key = RunKey.fromHex('2a'.repeat(32))
const about = (role: Role): Omit<CanaryRecord, 'id'> => ({
  role,
  data: 'input',
  exchange: 'e1',
  field: 'prompt',
  position: 'head',
})

test('the same key and order give the same canaries', () => {
  const roles = Role.options
  const first = new Mint(key)
  const second = new Mint(RunKey.fromHex(key.hex))
  for (let round = 0; round < 40; round++) {
    const role = roles[round % roles.length] ?? 'payload'
    expect(first.mint(about(role))).toEqual(second.mint(about(role)))
  }
})

test('a minted canary carries what it is about, a valid id and its text', () => {
  const canary = new Mint(key).mint(about('upstream'))
  expect(canary).toMatchObject(about('upstream'))
  expect(isValidId(key, canary.id)).toBe(true)
  expect(canary.text).toBe(canaryText(key, canary.id))
})

test('ids are unique past the number where serials begin to repeat, and across a resumed mint', () => {
  const mint = new Mint(key)
  const ids = Array.from({ length: 20_000 }, () => mint.mint(about('payload')).id)
  const resumed = new Mint(key, ids.slice(0, 500))
  const more = Array.from({ length: 500 }, () => resumed.mint(about('payload')).id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(more.filter(id => ids.slice(0, 500).includes(id))).toEqual([])
})

test('a mint skips used serials whatever their role', () => {
  const first = new Mint(key).mint(about('control'))
  const next = new Mint(key, [first.id]).mint(about('payload'))
  expect(next.id.slice(1, 5)).not.toBe(first.id.slice(1, 5))
})
