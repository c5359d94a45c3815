import { Launch } from '../../harness/deployment/launch.ts'
import { reasonOf } from '../../harness/model/error.ts'
import type { Channel } from './channels/channel.ts'
import { environmentOf } from './environment.ts'
import type { Ground, GroundKind } from './grounds/ground.ts'
import type { Pattern } from './patterns/pattern.ts'
import { PlayedDeployment } from './played-deployment.ts'
import { RoundWatch, type Seen } from './round-watch.ts'

/** One channel that looked on while every pattern was played once. */
export interface Round {
  readonly channel: string
  readonly ground: GroundKind
  /** milliseconds between writing and removing */
  readonly hold: number
  readonly result: Looked | { readonly failed: string }
}

interface Looked extends Seen {
  /** reasons, by the name of each pattern that could not be played */
  readonly refused: ReadonlyMap<string, string>
}

/** Plays all patterns on a new ground, and looks for their texts: while the deployment runs, and when it has ended. */
export async function tryRound(
  channel: Channel,
  ground: Ground,
  hold: number,
  patterns: readonly Pattern[],
): Promise<Round> {
  const about = { channel: channel.name, ground: ground.kind, hold }
  try {
    return { ...about, result: await look(channel, ground, hold, patterns) }
  } catch (error) {
    return { ...about, result: { failed: reasonOf(error) } }
  }
}

async function look(channel: Channel, ground: Ground, hold: number, patterns: readonly Pattern[]): Promise<Looked> {
  const launch = new Launch()
  await using deployment = new PlayedDeployment({ folder: ground.folder, hold, patterns, launch })
  const environment = environmentOf(launch, () => deployment.roots())
  await using watch = new RoundWatch(channel.sinks(ground, environment))
  await watch.open('before-start')
  await deployment.start()
  await watch.open('before-traffic')
  const refused = new Map<string, string>()
  for (const pattern of patterns) {
    const answer = await deployment.play(watch.textFor(pattern))
    if ('refused' in answer) refused.set(pattern.name, answer.refused)
  }
  await watch.settle()
  await watch.scan(true)
  await deployment.stop()
  await watch.settle()
  await watch.scan(false)
  return { ...watch.seen(), refused }
}
