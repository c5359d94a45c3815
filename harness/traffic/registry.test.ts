import { readdir } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { faults, surfaces } from './registry.ts'

for (const { folder, registered } of [
  { folder: 'surfaces', registered: surfaces.map(surface => surface.id.replaceAll('.', '-')) },
  { folder: 'faults', registered: faults.map(fault => fault.id) },
]) {
  test(`the registry holds each file of ${folder}, and each file is named for its id`, async () => {
    const names = await readdir(new URL(folder, import.meta.url))
    const files = names.filter(name => !name.endsWith('.test.ts')).map(name => name.replace(/\.ts$/, ''))
    expect(files.length).toBeGreaterThan(3)
    expect([...registered].sort()).toEqual(files.sort())
  })
}
