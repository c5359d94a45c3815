import { access, constants, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { LetheError } from '../model/error.ts'
import type { Tier } from '../model/medium.ts'
import { type Channel, closed, open } from './channel.ts'
import { diskChannels } from './disk/channels.ts'
import type { Refusal } from './disk/writes/channel.ts'
import { fanotifyRefusal } from './disk/writes/fanotify-channel.ts'
import { straceRefusal } from './disk/writes/strace-channel.ts'
import { assertReadable } from './memory/rights.ts'

export type { Channel } from './channel.ts'

/** Looks at this machine, with the rights at hand. Changes nothing. */
export async function channels(): Promise<Channel[]> {
  return [
    open('disk.tree', 'T0'),
    await diskWatch(),
    told('disk.fanotify', 'T1', await fanotifyRefusal(tmpdir())),
    told('disk.strace', 'T0', await straceRefusal()),
    ...(await diskChannels()),
    open('log.file', 'T0'),
    await logStdio(),
    open('database.postgres', 'T0'),
    open('api.doors', 'T3'),
    await memoryOfProcesses(),
    ...NOT_BUILT.map(([id, tier, reason]) =>
      closed(id, tier, reason, 'Nothing on this machine changes it; clauses that need it stay inconclusive.'),
    ),
  ]
}

/** Channels that clauses need and that this version does not have: listed, so that nobody takes silence for sight. */
const NOT_BUILT: readonly (readonly [string, Tier, string])[] = [
  ['network.capture', 'T1', 'not part of this version: outbound traffic is not seen'],
  ['store.s3', 'T3', 'not part of this version: object stores are not read'],
]

/** chokidar needs inotify watches: one a folder. Far fewer than a deployment's folders means missed files. */
async function diskWatch(): Promise<Channel> {
  const limit = Number(await readFile('/proc/sys/fs/inotify/max_user_watches', 'utf8').catch(() => 'NaN'))
  if (limit >= 1024) return open('disk.watch', 'T0')
  if (Number.isNaN(limit))
    return closed(
      'disk.watch',
      'T0',
      'this system has no inotify',
      'Run Lethe on Linux; the final scan of the tree works anywhere.',
    )
  return closed(
    'disk.watch',
    'T0',
    `only ${limit} inotify watches are allowed`,
    'sysctl fs.inotify.max_user_watches=65536',
  )
}

async function logStdio(): Promise<Channel> {
  const shell = await access('/bin/sh', constants.X_OK).then(
    () => true,
    () => false,
  )
  const folder = await access(tmpdir(), constants.W_OK).then(
    () => true,
    () => false,
  )
  if (!shell)
    return closed('log.stdio', 'T0', 'there is no /bin/sh to start a deployment with', 'Install a POSIX shell.')
  if (!folder)
    return closed('log.stdio', 'T0', `cannot write ${tmpdir()}`, 'Set TMPDIR to a folder that you may write.')
  return open('log.stdio', 'T0')
}

function told(id: string, tier: Tier, refusal: Refusal | null): Channel {
  return refusal === null ? open(id, tier) : closed(id, tier, refusal.reason, refusal.mend)
}

/** Tried on a child, which may be read where a deployment that Lethe starts may be. */
async function memoryOfProcesses(): Promise<Channel> {
  const tier = process.getuid?.() === 0 ? 'T1' : 'T0'
  try {
    await assertReadable([])
    return open('memory.process', tier)
  } catch (error) {
    if (!(error instanceof LetheError)) throw error
    return closed('memory.process', tier, error.message, error.mend)
  }
}
