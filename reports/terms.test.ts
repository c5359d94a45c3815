import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'

const root = new URL('../', import.meta.url)
const terms = await readFile(new URL('docs/TERMS.md', root), 'utf8')
const entries = [...terms.matchAll(/^\*\*(.+?)\*\*(?: \((.+?)\))?: (.+)$/gm)]

async function exportedTypes(): Promise<string[]> {
  const model = new URL('harness/model/', root)
  const files = (await readdir(model)).filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  const texts = await Promise.all(files.map(file => readFile(new URL(file, model), 'utf8')))
  return texts.flatMap(text =>
    [...text.matchAll(/^export (?:type|interface|class) (\w+)/gm)].map(match => match[1] ?? ''),
  )
}

test('every exported type of the model is named by exactly one entry, and entries name no other', async () => {
  const named = entries.flatMap(([, , names]) =>
    [...(names ?? '').matchAll(/`([A-Z]\w*)`/g)].map(match => match[1] ?? ''),
  )
  const types = [...new Set(await exportedTypes())]
  expect(types.length).toBeGreaterThan(30)
  expect(named.sort()).toEqual(types.sort())
})

test('entries are in alphabetical order, one line each', () => {
  const words = entries.map(([, word]) => (word ?? '').toLowerCase())
  expect(words).toEqual([...new Set(words)].sort())
  expect(terms.match(/^\*\*/gm)).toHaveLength(entries.length)
})
