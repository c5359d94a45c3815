import { fileURLToPath } from 'node:url'
import { Launch } from '../../../harness/deployment/launch.ts'
import type { Channel } from '../channels/channel.ts'
import { environmentOf } from '../environment.ts'
import type { Ground } from '../grounds/ground.ts'
import { LineProcess } from '../line-process.ts'
import { RoundWatch } from '../round-watch.ts'

const RESIDENT = fileURLToPath(new URL('./resident.ts', import.meta.url))
const ANSWER_MS = 60_000

/** What one look at a process with much memory takes. */
export interface MemoryScan {
  readonly channel: string
  /** that it held, besides Node's own */
  readonly mebibytes: number
  /** that the channel says it read */
  readonly bytes: number
  /** from the beginning of the look to its end */
  readonly seconds: number
  /** the longest that the process did not run, by its own clock: while it was looked at, and in as long a time before */
  readonly stoppedMs: { readonly off: number; readonly on: number }
  readonly incomplete: readonly string[]
}

/** @param channel one that reads the memory of processes */
export async function measureMemory(channel: Channel, ground: Ground, mebibytes: number): Promise<MemoryScan> {
  const launch = new Launch()
  const command = [process.execPath, RESIDENT, String(mebibytes)]
  await using resident = new LineProcess(launch, command, ground.folder)
  const environment = environmentOf(launch, () => resident.roots())
  await using watch = new RoundWatch(channel.sinks(ground, environment))
  await watch.open('before-start')
  await resident.start()
  await watch.open('before-traffic')
  await watch.settle()
  const off = await longestStop(resident)
  const started = performance.now()
  await watch.scan(true)
  const seconds = (performance.now() - started) / 1000
  const on = await longestStop(resident)
  const { bytes, incomplete } = watch.seen()
  return { channel: channel.name, mebibytes, bytes, seconds, stoppedMs: { off, on }, incomplete }
}

/** In milliseconds, since it was last asked. */
async function longestStop(resident: LineProcess): Promise<number> {
  resident.send('?\n')
  return Number(await resident.line(ANSWER_MS))
}
