import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { Lesson, noise } from './fingerprints.suite.ts'

const packages = join(import.meta.dirname, '../../../node_modules')
const MOST_BYTES = 12 * 2 ** 20

/** Texts that people wrote: the documents of packages, such as a model was trained on. */
async function documents(): Promise<string[]> {
  const folders = (await readdir(packages)).filter(name => !name.startsWith('.')).sort()
  const texts = await Promise.all(
    folders.map(folder => readFile(join(packages, folder, 'README.md'), 'utf8').catch(() => '')),
  )
  return texts.filter(text => text.length > 3000)
}

/** Code and documents that nobody made from the outputs. */
async function* corpus(): AsyncGenerator<Buffer> {
  let left = MOST_BYTES
  for (const entry of await readdir(packages, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(js|ts|json|map|mjs|css|html)$/.test(entry.name)) continue
    const bytes = await readFile(join(entry.parentPath, entry.name))
    yield bytes.subarray(0, 256 * 1024)
    left -= Math.min(bytes.length, 256 * 1024)
    if (left <= 0) return
  }
}

/** Answers as a model may give them: code, and sentences of a few words that come in another order each time. */
function answers(count: number, texts: readonly string[]): string[] {
  const words = texts.flatMap(text => text.match(/[A-Za-z]{3,}/g) ?? [])
  return Array.from({ length: count }, (_, index) => {
    const picks = noise(`answer ${index}`, 800)
    return Array.from({ length: 400 }, (_, at) => words[picks.readUInt16LE(2 * at) % words.length]).join(' ')
  })
}

test('answers of ordinary words are not found in code, in documents, nor in other answers', async () => {
  const texts = await documents()
  const lesson = new Lesson()
  lesson.fingerprints.stopGathering()
  const said = answers(200, texts)
  for (const answer of said.slice(0, 100)) lesson.keep(answer)
  const { distinct } = lesson.learn()
  expect(distinct.size).toBe(100)
  let bytes = 0
  for await (const file of corpus()) {
    bytes += file.length
    expect(await lesson.scan(file)).toEqual([])
  }
  expect(bytes).toBeGreaterThan(MOST_BYTES)
  const inOthers = []
  for (const answer of said.slice(100)) inOthers.push(...(await lesson.scan(answer)))
  expect(inOthers.filter(({ confirmed }) => confirmed)).toEqual([])
  expect(inOthers.length, 'evidence by chance').toBeLessThan(10)
})

test('answers that recite what lay there before are not found in it', async () => {
  const texts = await documents()
  const lesson = new Lesson()
  for (const text of texts) await lesson.scan(text)
  lesson.fingerprints.stopGathering()
  const own = answers(texts.length, texts)
  for (const [index, text] of texts.entries()) lesson.keep(`${text.slice(1000, 2500)} ${own[index]?.slice(0, 600)}`)
  const { distinct } = lesson.learn()
  expect(distinct.size).toBe(texts.length)
  for (const text of texts) expect(await lesson.scan(text)).toEqual([])
})
