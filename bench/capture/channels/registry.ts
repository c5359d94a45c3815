import type { Channel } from './channel.ts'
import { imageChannel } from './image.ts'
import { treeChannel } from './tree.ts'

/** All channels, in the order of the columns. */
export const channels: readonly Channel[] = [treeChannel, imageChannel]
