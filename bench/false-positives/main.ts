import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { USUAL_DEPTH } from '../../harness/canary/closure.ts'
import { RunKey } from '../../harness/canary/key.ts'
import { installedVocabularies } from '../../harness/canary/tokens/load.ts'
import { needlesOf } from '../../harness/scan/needles.ts'
import { Random } from '../random.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import type { Part } from './corpus.ts'
import { makeCorpus } from './corpus.ts'
import { falsePositivesMarkdown } from './report.ts'
import type { Outcome, Task } from './search.ts'

/** `npm run bench:false-positives`: scans what holds no canary with many keys, and writes docs/false-positives.md. */
const { values } = parseArgs({
  options: { keys: { type: 'string', default: '50' }, mib: { type: 'string', default: '2100' } },
})
const folder = temporaryFolder('bench')
say('making the corpus')
const corpus = makeCorpus(join(folder, 'corpus'), count('mib') * 2 ** 20)
const random = new Random(`keys ${Date.now()}`)
const keys = Array.from({ length: count('keys') }, () => random.bytes(32).toString('hex'))
const needles = needlesOf(RunKey.fromHex(keys[0] ?? ''), USUAL_DEPTH, (await installedVocabularies()).present)
say('scanning it')
const outcomes = await searchAll(keys, corpus)
const markdown = falsePositivesMarkdown({ outcomes, needles })
writeFileSync('docs/false-positives.md', markdown)
process.stdout.write(`${markdown}\nwrote docs/false-positives.md\n`)
process.exitCode = outcomes.every(({ confirmed, unconfirmed }) => confirmed + unconfirmed === 0) ? 0 : 1

/** One worker a core, each with its share of the keys. */
async function searchAll(keys: readonly string[], corpus: readonly Part[]): Promise<Outcome[]> {
  const share = Math.ceil(keys.length / availableParallelism())
  const starts = Array.from({ length: Math.ceil(keys.length / share) }, (_, index) => index * share)
  return Promise.all(starts.map(start => work({ keys: keys.slice(start, start + share), corpus })))
}

function work(task: Task): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./search.ts', import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: 8192 },
    })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

/** @throws RangeError unless the option is a whole number from 1 on */
function count(option: keyof typeof values): number {
  const text = values[option]
  if (/^[1-9][0-9]{0,5}$/.test(text)) return Number(text)
  throw new RangeError(`--${option} wants a number from 1 to 999999, not ${text}`)
}

function say(what: string): void {
  process.stderr.write(`${what} …\n`)
}
