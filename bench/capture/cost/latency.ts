import type { Channel } from '../channels/channel.ts'
import { environmentOf } from '../environment.ts'
import { RoundWatch } from '../round-watch.ts'
import type { Gateway, GatewayProcess } from './gateway.ts'

/** Milliseconds of each request, while no channel looks on and while one does. */
export interface Latency {
  readonly channel: string
  readonly off: readonly number[]
  readonly on: readonly number[]
}

interface Amount {
  /** pairs of blocks: one without the channel, one with it */
  readonly blocks: number
  /** of a block, one after another */
  readonly requests: number
}

const WARM_UP = 20

/**
 * Asks the reference gateway in blocks, in turn without the channel and with it: what else the machine does hits both alike. Each
 * block is a gateway of its own, as a channel may have to start it.
 */
export async function measureLatency(gateway: Gateway, channel: Channel, amount: Amount): Promise<Latency> {
  const [off, on]: [number[], number[]] = [[], []]
  for (let block = 0; block < amount.blocks; block += 1) {
    off.push(...(await timesOf(gateway, null, amount.requests)))
    on.push(...(await timesOf(gateway, channel, amount.requests)))
  }
  return { channel: channel.name, off, on }
}

async function timesOf(gateway: Gateway, channel: Channel | null, requests: number): Promise<number[]> {
  await using process = await gateway.next()
  const ground = { kind: 'tmpfs', folder: process.folder, image: null, [Symbol.dispose]: () => undefined } as const
  const environment = environmentOf(process.launch, () => process.driver.roots())
  await using watch = new RoundWatch(channel?.sinks(ground, environment) ?? [])
  await watch.open('before-start')
  await process.start()
  await watch.open('before-traffic')
  await ask(process, WARM_UP)
  return await ask(process, requests)
}

async function ask(process: GatewayProcess, requests: number): Promise<number[]> {
  const times: number[] = []
  for (let asked = 0; asked < requests; asked += 1) times.push(await process.ask())
  return times
}
