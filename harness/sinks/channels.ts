import { access, constants, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { LetheError } from '../model/error.ts'
import type { Tier } from '../model/medium.ts'
import { assertReadable } from './memory/rights.ts'

/** A way to look into a kind of place, and whether it can be used from here. */
export interface Channel {
  /** `<medium>.<way>` */
  readonly id: string
  readonly available: boolean
  readonly tier: Tier
  readonly reason: string | null
  readonly mend: string | null
}

/** Looks at this machine, with the rights at hand. Changes nothing. */
export async function channels(): Promise<Channel[]> {
  return [
    open('disk.tree', 'T0'),
    await diskWatch(),
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
  ['disk.fanotify', 'T1', 'not part of this version: a file that lives for less than a few milliseconds may be missed'],
  ['disk.raw', 'T1', 'not part of this version: blocks of deleted files are not read'],
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

function open(id: string, tier: Tier): Channel {
  return { id, available: true, tier, reason: null, mend: null }
}

function closed(id: string, tier: Tier, reason: string, mend: string): Channel {
  return { id, available: false, tier, reason, mend }
}
