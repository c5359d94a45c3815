import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { temporaryFolder } from '../../fixtures/lethe-process.ts'
import { configure, run, server, started, verdictAt } from './small-deployment.suite.ts'

/** Makes an answer that nobody chose: `words` random ones after a phrase that every answer begins with. */
const model = `
  const { randomInt } = require('node:crypto')
  const syllables = 'ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo yu za cho dre fla gri sto'.split(' ')
  const word = () => Array.from({ length: randomInt(1, 5) }, () => syllables[randomInt(syllables.length)]).join('')
  const said = 'Certainly! Here is what I can tell you about your question. ' + Array.from({ length: 120 }, word).join(' ')
  const answerNow = () => { response.setHeader('content-type', 'application/json'); response.end(answer(said)) }`

const sinks = [
  { kind: 'disk', name: 'work', path: '${work}' },
  { kind: 'stdio', name: 'stdout', stream: 'stdout' },
]

async function outcome(extra: string) {
  await using folder = await temporaryFolder()
  const config = await configure(folder.path, started(server(`${model}\n${extra}\nreturn answerNow()`)), { sinks })
  const finished = await run(folder.path, config, '--inconclusive=warn')
  const files = await Promise.all(
    (await readdir(finished.out)).map(async name => (await readFile(join(finished.out, name))).toString('latin1')),
  )
  return { ...finished, files }
}

test('outputs that nobody chose are found in a file, and named by exchange and field', async () => {
  const { results, stdout, stderr, files } = await outcome(
    `fs.appendFileSync('completions.ndjson', JSON.stringify({ at: Date.now(), said }) + '\\n')`,
  )
  const finding = verdictAt(results, 'DI-OUTPUT-1', 'disk:work')
  expect(finding, stderr).toMatchObject({
    verdict: 'fail',
    reason: expect.stringMatching(/^\d outputs of class output/),
  })
  expect(finding?.sightings[0]).toMatchObject({
    role: 'output',
    via: ['fingerprint'],
    confirmed: true,
    place: { path: expect.stringMatching(/completions\.ndjson$/) },
  })
  expect(stdout).toContain('completions.ndjson')
  expect(files.some(file => file.includes('choices.0.message.content'))).toBe(true)
  expect(files.filter(file => /Here is what I can tell/.test(file))).toEqual([])
})

test('outputs that were logged before anybody knew them are found in the log', async () => {
  const { results, stderr } = await outcome(`console.log(JSON.stringify({ level: 'info', completion: said }))`)
  expect(verdictAt(results, 'DI-LOG-1', 'log:stdout'), stderr).toMatchObject({
    verdict: 'fail',
    sightings: expect.arrayContaining([expect.objectContaining({ role: 'output', via: ['fingerprint'] })]),
  })
  expect(verdictAt(results, 'DI-OUTPUT-1', 'disk:work')?.verdict).toBe('pass')
})

test('a twin that writes as often, but no output, is silent', async () => {
  const { results, stderr } = await outcome(
    `fs.appendFileSync('completions.ndjson', JSON.stringify({ at: Date.now(), bytes: said.length,
       note: 'Certainly! Here is what I can tell you about your question.' }) + '\\n')`,
  )
  expect(results?.findings.filter(({ verdict }) => verdict === 'fail')).toEqual([])
  expect(verdictAt(results, 'DI-OUTPUT-1', 'disk:work'), stderr).toMatchObject({ verdict: 'pass' })
  expect(results?.coverage.every(({ control }) => control.fingerprinted === true)).toBe(true)
})

test('where every answer is the same, nothing tells one, and nothing passes', async () => {
  const { results, stderr } = await outcome(`return response.end(answer('the same for everybody '.repeat(20)))`)
  expect(verdictAt(results, 'DI-OUTPUT-1', 'disk:work'), stderr).toMatchObject({
    verdict: 'inconclusive',
    reason: expect.stringContaining('No exchange of class output'),
  })
})
