import { fileURLToPath } from 'node:url'
import { Launch } from '../../../harness/deployment/launch.ts'
import type { Channel } from '../channels/channel.ts'
import { environmentOf } from '../environment.ts'
import type { Ground } from '../grounds/ground.ts'
import { LineProcess } from '../line-process.ts'
import { RoundWatch } from '../round-watch.ts'

const WRITER = fileURLToPath(new URL('./cycle-writer.ts', import.meta.url))
const WITHIN_MS = 5 * 60_000

/** How many files of so many a channel caught, and what it cost the one who wrote them. */
export interface Cycles {
  readonly channel: string
  readonly files: number
  readonly caught: number
  /** what the channel says that it did not see */
  readonly incomplete: readonly string[]
  /** from the first file to the last, without the channel and with it */
  readonly milliseconds: { readonly off: number; readonly on: number }
}

/** A process creates, writes, closes and removes files, each with a text of its own, as fast as it can: before a channel, and alone. */
export async function measureCycles(channel: Channel, ground: Ground, files: number): Promise<Cycles> {
  const alone = await playCycles(null, ground, files)
  const seen = await playCycles(channel, ground, files)
  return {
    channel: channel.name,
    files,
    caught: seen.caught,
    incomplete: seen.incomplete,
    milliseconds: { off: alone.milliseconds, on: seen.milliseconds },
  }
}

async function playCycles(channel: Channel | null, ground: Ground, files: number) {
  const launch = new Launch()
  await using writer = new LineProcess(launch, [process.execPath, WRITER, ground.folder], ground.folder)
  const environment = environmentOf(launch, () => writer.roots())
  await using watch = new RoundWatch(channel?.sinks(ground, environment) ?? [])
  await watch.open('before-start')
  await writer.start()
  await watch.open('before-traffic')
  const texts = Array.from({ length: files }, (_, index) => watch.textFor({ name: `cycle ${index}` }).text)
  writer.send(`${texts.join('\n')}\n\n`)
  const milliseconds = Number(await writer.line(WITHIN_MS))
  await watch.settle()
  await watch.scan(true)
  const { caught, incomplete } = watch.seen()
  return { milliseconds, caught: caught.size, incomplete }
}
