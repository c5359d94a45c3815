import { expect, test } from '@playwright/test'
import { PageTable } from './pages.ts'
import { regionsOf } from './regions.ts'
import { Subject } from './subject.suite.ts'

test.skip(process.platform !== 'linux', 'pages are found in Linux’ /proc')

test('the kernel’s own search and the table that is read tell the same pages', async () => {
  await using subject = await Subject.start()
  await subject.do('fill', { name: 'filled', size: 5_000_000 })
  process.kill(subject.pid, 'SIGSTOP')
  using asked = new PageTable(subject.pid)
  using read = new PageTable(subject.pid, false)
  let bytes = 0
  for (const region of regionsOf(subject.pid).filter(({ isDevice, resident }) => !isDevice && resident > 0)) {
    const [byKernel, byTable] = [asked.runs(region), read.runs(region)]
    expect(byKernel.isCut || byTable.isCut).toBe(false)
    const sizeOf = ({ runs }: typeof byTable) => runs.reduce((sum, { from, to }) => sum + to - from, 0)
    // Pages of zeros that were only read are none to the kernel's search.
    expect(sizeOf(byKernel)).toBeLessThanOrEqual(sizeOf(byTable))
    expect(sizeOf(byTable), region.name).toBeLessThanOrEqual(region.resident)
    bytes += sizeOf(byKernel)
  }
  expect(bytes).toBeGreaterThan(5_000_000)
})

test('regions are told by what they are for', async () => {
  await using subject = await Subject.start()
  await subject.do('fill', { name: 'filled', size: 5_000_000 })
  const regions = regionsOf(subject.pid)
  const kinds = new Set(regions.map(({ kind }) => kind))
  expect([...kinds]).toEqual(expect.arrayContaining(['heap', 'stack', 'anonymous', 'file']))
  expect(regions.find(({ name }) => name === '[vvar]')?.isDevice).toBe(true)
  const code = regions.find(({ name, access }) => name === process.execPath && access.includes('x'))
  expect(code).toMatchObject({ kind: 'file', changed: 0, isDevice: false })
})
