import { spawnSync } from 'node:child_process'
import { createSink } from '../../../harness/sinks/registry.ts'
import type { Channel } from './channel.ts'

/** The kernel tells of each file that is changed or closed, and hands it over. */
export const fanotifyChannel: Channel = {
  ...written('fanotify'),
  name: 'fanotify',
  how: 'sink `disk-writes` by fanotify: the kernel hands over each file that is written or closed, with a name or without',
  missing: () => (process.getuid?.() === 0 ? null : 'it needs root'),
  whyMissed({ kind }) {
    if (kind === 'memory') return 'it is in no file system that is mounted'
    if (kind === 'name') return 'it is told of bytes and of names, not of links and attributes'
    return 'its bytes were gone before they were read'
  },
}

/** The calls of the deployment, as strace(1) prints them. */
export const straceChannel: Channel = {
  ...written('strace'),
  name: 'strace',
  how: 'sink `disk-writes` by strace of the deployment: what its calls are given, bytes and names',
  missing: () => (spawnSync('strace', ['-V']).error === undefined ? null : 'strace is not installed'),
  whyMissed: ({ kind }) => (kind === 'memory' ? 'it is in no file' : 'no call that writes was given the text'),
}

function written(channel: 'fanotify' | 'strace'): Pick<Channel, 'looks' | 'grounds' | 'sinks'> {
  return {
    looks: 'writes',
    grounds: ['ext4', 'tmpfs'],
    sinks: ({ folder }, environment) => [
      createSink({ kind: 'disk-writes', name: channel, paths: [folder], channel, deep: false }, environment),
    ],
  }
}
