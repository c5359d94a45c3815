import { readdir, readFile, writeFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { canaries, clauses, kept, leaking, voided } from './golden/sample.ts'
import { renderers } from './registry.ts'

const context = { canaries, clauses, color: false, width: 110 }
const extension = { json: 'json', terminal: 'txt', junit: 'xml', html: 'html' } as const

for (const [format, renderer] of Object.entries(renderers) as [keyof typeof renderers, (typeof renderers)['json']][]) {
  for (const [name, results] of Object.entries({ kept, leaking, voided })) {
    test(`${format} of the ${name} sample is the golden file, to the byte`, async () => {
      await expectGolden(`${name}.${extension[format]}`, renderer.render(results, context))
    })
  }

  test(`${format} leaves its input alone and gives the same twice`, () => {
    const before = structuredClone(leaking)
    const first = renderer.render(leaking, context)
    expect(renderer.render(leaking, context)).toBe(first)
    expect(leaking).toEqual(before)
  })
}

test('a golden file for each format and sample, and none besides', async () => {
  const files = await readdir(new URL('golden/', import.meta.url))
  const expected = ['kept', 'leaking', 'voided'].flatMap(name => Object.values(extension).map(end => `${name}.${end}`))
  expect(files.filter(file => !file.endsWith('.ts')).sort()).toEqual(expected.sort())
})

test('file names are those that the run folder promises', () => {
  const names = Object.fromEntries(Object.entries(renderers).map(([format, { fileName }]) => [format, fileName]))
  expect(names).toEqual({ json: 'results.json', terminal: null, junit: 'results.junit.xml', html: 'report.html' })
})

/** Compares with the golden file to the byte; UPDATE_GOLDEN=1 writes it instead. */
async function expectGolden(name: string, text: string): Promise<void> {
  const file = new URL(`golden/${name}`, import.meta.url)
  if (process.env.UPDATE_GOLDEN === '1') await writeFile(file, text)
  expect(
    Buffer.from(text).equals(await readFile(file)),
    `${name} differs: UPDATE_GOLDEN=1 rewrites it, then read the change`,
  ).toBe(true)
}
