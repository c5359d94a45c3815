import { createSink } from '../../../harness/sinks/registry.ts'
import { SHARED } from '../grounds/own-mounts.ts'
import type { Channel } from './channel.ts'

/** What every run has: needs no rights. */
export const treeChannel: Channel = {
  name: 'tree + chokidar',
  how: 'sink `disk`: each file that inotify tells of is read at once, and the tree is walked at the end',
  looks: 'writes',
  isByChance: true,
  grounds: ['ext4', 'tmpfs'],
  missing: () => null,
  whyMissed({ kind, isNameless }) {
    if (kind === 'memory') return 'it is in no folder'
    if (isNameless === true) return 'it has no name by which it could be opened'
    return 'it was gone, or replaced, before it could be read'
  },
  sinks: ({ folder }, environment) => [
    createSink({ kind: 'disk', name: 'folder', path: folder }, environment),
    createSink({ kind: 'disk', name: 'shared', path: SHARED }, environment),
  ],
}
