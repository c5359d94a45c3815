import type { Channel } from './channel.ts'
import { memoryChannel } from './memory.ts'
import { deletedChannel, dumpsChannel, rawChannel } from './resting.ts'
import { treeChannel } from './tree.ts'
import { fanotifyChannel, straceChannel } from './writes.ts'

/** All channels, in the order of the columns. */
export const channels: readonly Channel[] = [
  fanotifyChannel,
  straceChannel,
  treeChannel,
  deletedChannel,
  dumpsChannel,
  rawChannel,
  memoryChannel,
]
