import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { temporaryFolder } from '../../temporary-folder.ts'
import type { Channel } from '../channels/channel.ts'
import { channels } from '../channels/registry.ts'
import { createGround } from '../grounds/create.ts'
import type { Ground } from '../grounds/ground.ts'
import { enterOwnMounts } from '../grounds/own-mounts.ts'
import { measureConformance } from './conformance.ts'
import { measureCycles } from './cycles.ts'
import { Gateway } from './gateway.ts'
import { measureLatency } from './latency.ts'
import { measureMemory } from './memory.ts'
import { costMarkdown } from './report.ts'

/** `npm run bench:capture-cost`: measures what each channel costs, in one run, and writes docs/performance-capture.md. */
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100' },
    files: { type: 'string', default: '50000' },
    mebibytes: { type: 'string', default: '1024' },
  },
})
/** each is a life of the gateway, which takes longer than its requests */
const BLOCKS = 2
enterOwnMounts()
const folder = temporaryFolder('capture-cost')
const present = channels.filter(channel => channel.missing() === null)
const absent = channels.filter(channel => channel.missing() !== null)
const costs = {
  latencies: await latencies(Number(values.requests)),
  cycles: await each('files', 'writes', (channel, ground) => measureCycles(channel, ground, Number(values.files))),
  memory: await each('memory', 'memory', (channel, ground) => measureMemory(channel, ground, Number(values.mebibytes))),
  conformance: await conformance(),
  notes: absent.map(({ name, missing }) => `${name}: ${missing()}`),
}
writeFileSync('docs/performance-capture.md', costMarkdown(costs))
process.stdout.write('wrote docs/performance-capture.md\n')

async function latencies(requests: number) {
  await using gateway = await Gateway.prepare()
  const measured = []
  for (const channel of present.filter(({ looks }) => looks === 'writes')) {
    say(`latency: ${channel.name}`)
    measured.push(await measureLatency(gateway, channel, { blocks: BLOCKS, requests }))
  }
  return measured
}

/** Measures each channel that looks at such a thing, on a ground of its own. */
async function each<Measured>(
  what: string,
  looks: Channel['looks'],
  measure: (channel: Channel, ground: Ground) => Promise<Measured>,
): Promise<Measured[]> {
  const measured: Measured[] = []
  for (const channel of present.filter(one => one.looks === looks)) {
    say(`${what}: ${channel.name}`)
    using ground = createGround('tmpfs', folder)
    measured.push(await measure(channel, ground))
  }
  return measured
}

async function conformance() {
  say('a whole run of the reference')
  return measureConformance(join(folder, 'runs'))
}

function say(what: string): void {
  process.stderr.write(`${what} …\n`)
}
