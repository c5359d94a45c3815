import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from '@playwright/test'
import { Kernel } from './kernel.ts'
import { WindowPool } from './window-pool.ts'

const SIZE = 64
const ROOMS = 128

function emptied(): { pool: WindowPool; held: [holder: object, room: Uint8Array][] } {
  const pool = new WindowPool(new Kernel(), SIZE)
  const held = Array.from({ length: ROOMS }, (): [object, Uint8Array] => {
    const holder = {}
    return [holder, pool.take(holder) ?? new Uint8Array(0)]
  })
  return { pool, held }
}

test('rooms do not overlap, and there are so many and no more', () => {
  const { pool, held } = emptied()
  for (const [index, [, room]] of held.entries()) room.fill(index)
  for (const [index, [, room]] of held.entries()) expect(room).toEqual(new Uint8Array(SIZE).fill(index))
  expect(pool.take({})).toBeNull()
})

test('a room that is given back is taken again, and once only however often it is given back', () => {
  const { pool, held } = emptied()
  const [[holder, room] = [{}, new Uint8Array(0)]] = held
  pool.giveBack(holder, room)
  pool.giveBack(holder, room)
  pool.giveBack({}, new Uint8Array(SIZE))
  expect(pool.take({})?.byteOffset).toBe(room.byteOffset)
  expect(pool.take({})).toBeNull()
})

test('rooms of holders that are forgotten come back', async () => {
  const { pool, held } = emptied()
  held.length = 0
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  let room: Uint8Array | null = null
  for (let turn = 0; turn < 100 && room === null; turn++) {
    collectGarbage()
    await setImmediate()
    room = pool.take({})
  }
  expect(room).not.toBeNull()
})
