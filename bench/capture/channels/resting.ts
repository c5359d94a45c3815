import { createSink } from '../../../harness/sinks/registry.ts'
import type { Channel } from './channel.ts'

/** What a process still holds of files that were removed. */
export const deletedChannel: Channel = {
  name: 'deleted files',
  how: 'sink `disk-deleted`: files without a name that a process of the deployment holds when it is asked',
  looks: 'rest',
  grounds: ['ext4', 'tmpfs'],
  missing: () => null,
  whyMissed: ({ kind }) =>
    kind === 'memory' ? 'it is in no file system' : 'nobody held it any more, or it has a name',
  sinks: (_, environment) => [createSink({ kind: 'disk-deleted', name: 'deleted' }, environment)],
}

/** Dumps of memory that lie where the kernel and runtimes put them. */
export const dumpsChannel: Channel = {
  name: 'dumps',
  how: 'sink `disk-dumps`: core dumps and heap snapshots that lie in the working folder when it is asked',
  looks: 'rest',
  grounds: ['ext4', 'tmpfs'],
  missing: () => null,
  whyMissed: () => 'it is no dump, or was removed before it was asked',
  sinks: (_, environment) => [createSink({ kind: 'disk-dumps', name: 'dumps', paths: [] }, environment)],
}

/** The device that the file system lies on, read from its first byte to its last, whatever is allocated. */
export const rawChannel: Channel = {
  name: 'raw device',
  how: 'sink `disk-raw` over the ext4 image (`data=journal,sync,nodiscard`): blocks of removed files, and the journal',
  looks: 'rest',
  grounds: ['ext4'],
  missing: () => (process.getuid?.() === 0 ? null : 'it needs root'),
  whyMissed({ kind, isNameless }) {
    if (kind === 'tmpfs' || kind === 'memory') return 'it is not on this device'
    if (isNameless === true) return 'pages of a file that is gone are not written back'
    return 'its blocks, and its place in the journal, were used again'
  },
  sinks({ image }, environment) {
    if (image === null) throw new RangeError('this ground has no image')
    return [createSink({ kind: 'disk-raw', name: 'raw', path: image, minutes: 10 }, environment)]
  },
}
