import { createSink } from '../../../harness/sinks/registry.ts'
import type { Channel } from './channel.ts'

/** What the processes of the deployment have in memory when they are asked. */
export const memoryChannel: Channel = {
  name: 'memory',
  how: 'sink `memory`: all that is mapped into the processes of the deployment when it is asked',
  looks: 'memory',
  grounds: ['tmpfs'],
  holds: [0],
  missing: () => (process.getuid?.() === 0 ? null : 'it needs root'),
  whyMissed: () => 'its process had overwritten it, or never mapped it',
  sinks: (_, environment) => [createSink({ kind: 'memory', name: 'process' }, environment)],
}
