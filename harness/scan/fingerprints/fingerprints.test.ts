import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import { Lesson, noise, prose, taught } from './fingerprints.suite.ts'

const story = prose('story', 2000)

test('a run of 64 bytes of an output is found wherever it stands, however the stream is cut', async () => {
  const { lesson, ids } = taught(prose('another', 2000), story)
  await fc.assert(
    fc.asyncProperty(
      fc.nat(2000 - 64),
      fc.integer({ min: 64, max: 300 }),
      fc.nat(100),
      fc.integer({ min: 1, max: 400 }),
      async (from, length, before, chunk) => {
        const part = story.slice(from, from + length)
        const hits = await lesson.scan(`${prose('log', before)}|${part}|${prose('end', 50)}`, chunk)
        expect(hits).toMatchObject([{ canary: ids[1], role: 'output', via: ['fingerprint'], confirmed: true }])
        expect(hits[0]?.offset).toBe(before + 1)
        expect(hits[0]?.length).toBe(part.length)
      },
    ),
    { numRuns: 300, seed: 7 },
  )
})

test('three windows of one output near each other are certain; fewer are evidence; far from each other they are apart', async () => {
  const { lesson, ids } = taught(story)
  const windows = [100, 500, 900].map(at => `<${story.slice(at, at + 40)}>`)
  expect(await lesson.scan(windows.join(' and '))).toMatchObject([{ canary: ids[0], confirmed: true }])
  expect(await lesson.scan(windows.slice(1).join(' and '))).toMatchObject([{ canary: ids[0], confirmed: false }])
  const far = await lesson.scan(windows.join(prose('between', 5000)))
  expect(far).toMatchObject([{ confirmed: false }, { confirmed: false }, { confirmed: false }])
  const repeated = await lesson.scan(Array.from({ length: 5 }, () => windows[0]).join(' '))
  expect(repeated).toMatchObject([{ confirmed: false }])
})

test('fewer than 32 bytes alone are chance', async () => {
  const { lesson } = taught(story)
  expect(await lesson.scan(`<${story.slice(200, 231)}>`)).toEqual([])
  expect(await lesson.scan(`<${story.slice(200, 232)}>`)).toMatchObject([{ confirmed: false }])
})

test.describe('an output in another form', () => {
  const quoted = `He said: "${prose('quote', 90)}"\n\tand "${prose('reply', 90)}"\nthen: ${prose('rest', 700)}`
  const accented = prose('accents', 900).replaceAll('e', 'é').replaceAll('a', '\u4e2d')
  const { lesson, ids } = taught(story, quoted, accented)
  const forms: Record<string, (text: string) => Uint8Array> = {
    json: text => Buffer.from(JSON.stringify({ content: text })),
    'JSON in JSON': text => Buffer.from(JSON.stringify({ body: JSON.stringify({ content: text }) })),
    utf16le: text => Buffer.from(`x${text}`, 'utf16le'),
    'base64, aligned': text => Buffer.from(Buffer.from(text).toString('base64')),
    'base64, 1 byte off': text => Buffer.from(`=${Buffer.from(`a${text}`).toString('base64')}`),
    'base64, 2 bytes off': text => Buffer.from(`..${Buffer.from(`ab${text}`).toString('base64')}`),
    'base64 in lines of 76': text => Buffer.from(Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\r\n')),
    gzip: text => gzipSync(text),
    'one event a token': text =>
      Buffer.from((text.match(/\S+\s*/g) ?? []).map(token => `data: ${JSON.stringify({ delta: token })}\n\n`).join('')),
  }
  for (const [name, form] of Object.entries(forms)) {
    test(name, async () => {
      for (const [index, text] of [story, quoted, accented].entries()) {
        const hits = await lesson.scan(form(text))
        expect(hits.map(({ canary, confirmed }) => `${canary} ${confirmed}`)).toContain(`${ids[index]} true`)
      }
    })
  }
})

test('what several outputs say, what lay there before, and what was asked is boilerplate: silent', async () => {
  const refusal = `I am sorry, but I cannot help with that: ${prose('refusal', 200)}`
  const manual = prose('manual', 4000)
  const question = prose('question', 4000)
  const lesson = new Lesson()
  await lesson.scan(gzipSync(`an old file: ${manual}`))
  lesson.fingerprints.stopGathering()
  lesson.keep(`${refusal} ${prose('one', 900)}`)
  const quoting = lesson.keep(
    `${refusal} ${question.slice(1000, 1600)} ${manual.slice(700, 1500)} ${prose('two', 900)}`,
    { prompt: Buffer.from(question) },
  )
  const plain = lesson.keep(refusal)
  const { distinct } = lesson.learn()
  for (const text of [refusal, manual, question]) expect(await lesson.scan(`2026-11-24 ${text}`)).toEqual([])
  expect(await lesson.scan(prose('two', 900))).toMatchObject([{ canary: quoting, confirmed: true }])
  expect(distinct.has(quoting)).toBe(true)
  expect(distinct.has(plain)).toBe(false)
})

test('boilerplate that goes on for a word by chance is not certain', async () => {
  const refusal = prose('boilerplate', 300)
  const { lesson } = taught(`${refusal} the weather is fine`, `${refusal} nobody knows`)
  const hits = await lesson.scan(`${refusal} the wall`)
  expect(hits.filter(({ confirmed }) => confirmed)).toEqual([])
})

test('a control is found by its text although it lay there before', async () => {
  const control = prose('control', 200)
  const lesson = new Lesson()
  await lesson.scan(control)
  lesson.fingerprints.stopGathering()
  const id = lesson.keep(control, { role: 'control' })
  lesson.learn()
  expect(await lesson.scan(`{"control":"${control}"}`)).toMatchObject([
    { canary: id, role: 'control', confirmed: true },
  ])
})

test('where nobody can say what lay there before, nothing is certain', async () => {
  const lesson = new Lesson()
  lesson.fingerprints.doubtBecause('the disk was busy')
  lesson.fingerprints.stopGathering()
  lesson.keep(story)
  lesson.learn()
  expect(await lesson.scan(story)).toMatchObject([{ confirmed: false }])
  expect(lesson.fingerprints.doubt).toBe('the disk was busy')
})

test('more outputs than there is room for are said, and the others still found', async () => {
  const lesson = new Lesson()
  lesson.fingerprints.stopGathering()
  const first = lesson.keep(story)
  lesson.keep(noise('long', 40 * 2 ** 20), { kind: 'binary' })
  lesson.keep(noise('longer', 40 * 2 ** 20), { kind: 'binary' })
  expect(lesson.learn().incomplete).toEqual([expect.stringMatching(/^1 outputs are not looked for/)])
  expect(await lesson.scan(story)).toMatchObject([{ canary: first, confirmed: true }])
})

test('a run keeps no text of an output, and no hash that it could be guessed from', async () => {
  const { lesson } = taught(story)
  const [hit] = await lesson.scan(story)
  expect(hit?.sha256).toMatch(/^[0-9a-f]{64}$/)
  expect(hit?.sha256).not.toBe(createHash('sha256').update(story).digest('hex'))
})
