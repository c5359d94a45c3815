import { Buffer } from 'node:buffer'
import { expect, test } from '@playwright/test'
import { type Report, weightOf } from './messages.ts'
import { Outbox } from './outbox.ts'

const MIB = 2 ** 20

function bytes(length: number): Report {
  return { kind: 'bytes', reading: 1, file: null, base: 0, bytes: Buffer.alloc(length), last: false }
}

test('no more is sent than the other side has room for, all in order; who has more waits', async () => {
  const sent: Report[] = []
  const outbox = new Outbox(report => sent.push(report))
  for (let count = 0; count < 80; count += 1) outbox.add(bytes(MIB))
  outbox.add({ kind: 'flushed' })
  expect(sent).toHaveLength(8)
  expect(outbox.isFull).toBe(true)
  let hasRoom = false
  const room = outbox.room().then(() => {
    hasRoom = true
  })
  const weight = weightOf(bytes(MIB))
  outbox.taken(4 * weight)
  await Promise.resolve()
  expect([sent.length, hasRoom]).toEqual([12, false])
  for (let count = 0; count < 76; count += 1) outbox.taken(weight)
  await room
  expect(sent).toHaveLength(81)
  expect(sent.at(-1)).toEqual({ kind: 'flushed' })
  expect(outbox.isFull).toBe(false)
})

test('messages without bytes have a weight too', () => {
  const sent: Report[] = []
  const outbox = new Outbox(report => sent.push(report))
  for (let count = 0; count < 100_000; count += 1) outbox.add({ kind: 'events', count })
  expect(sent).toHaveLength((8 * MIB) / weightOf({ kind: 'events', count: 0 }))
})
