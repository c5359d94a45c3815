import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { forensicDiskRefusal } from '../deployment/forensic-disk.suite.ts'
import { channels } from './channels.ts'

const run = promisify(execFile)

test('every channel that is closed says why and what to do, and has a name of its own', async () => {
  const found = await channels()
  expect(new Set(found.map(({ id }) => id)).size).toBe(found.length)
  for (const { available, reason, mend } of found) {
    expect([reason, mend].every(text => (text === null) === available)).toBe(true)
  }
  const ids = found.map(({ id }) => id)
  expect(ids).toEqual(expect.arrayContaining(['disk.deleted', 'disk.raw', 'disk.swap', 'disk.dumps', 'disk.forensic']))
})

test('a forensic disk can be made where its channel is open, and cannot where it is closed', async () => {
  const { available } = (await channels()).find(({ id }) => id === 'disk.forensic') ?? {}
  expect((await forensicDiskRefusal(64)) === null).toBe(available)
})

test('without root nothing that needs it is open', async () => {
  test.skip(process.getuid?.() !== 0, 'becoming nobody needs root')
  const script = `
    import { channels } from ${JSON.stringify(new URL('./channels.ts', import.meta.url).href)}
    process.setgroups([]); process.setgid(65534); process.setuid(65534)
    console.log(JSON.stringify(await channels()))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script])
  const found = new Map((JSON.parse(stdout) as Awaited<ReturnType<typeof channels>>).map(one => [one.id, one]))
  expect(found.get('disk.forensic')).toMatchObject({ available: false, mend: expect.stringContaining('root') })
  expect(found.get('disk.raw')).toMatchObject({ available: false, mend: expect.stringContaining('root') })
  expect(found.get('disk.deleted')).toMatchObject({ available: true, tier: 'T0' })
})
