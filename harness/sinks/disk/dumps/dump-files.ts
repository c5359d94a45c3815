import { Buffer } from 'node:buffer'
import type { Stats } from 'node:fs'
import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { reasonOf } from '../../../model/error.ts'
import { errnoOf } from '../../denial.ts'
import type { Ledger } from '../../ledger.ts'
import type { DumpFolder } from './dump-folders.ts'

const MOST_ENTRIES = 200_000
/** abrt keeps a folder for each crash. */
const DEPTH = 2

/** A file that may be a dump. */
export interface DumpFile {
  readonly path: Buffer
  readonly stats: Stats
}

/** How folders are looked through. */
interface Looking {
  /** milliseconds since 1970: what was last changed before is older than the run */
  readonly since: number
  readonly ledger: Ledger
  /** also folders in it, of a program that keeps nothing but dumps there */
  readonly isDeep: boolean
}

/** Dumps that lie in a folder and are not older than the run. What cannot be looked at is said. */
export async function dumpFilesIn(folder: DumpFolder, looking: Looking): Promise<DumpFile[]> {
  const found: DumpFile[] = []
  await collect(folder.path, looking.isDeep ? DEPTH : 1)
  return found

  async function collect(path: string, depth: number): Promise<void> {
    try {
      let entries = 0
      for await (const entry of await opendir(path, { encoding: 'latin1' })) {
        entries += 1
        if (entries > MOST_ENTRIES) return looking.ledger.incomplete(path, `more than ${MOST_ENTRIES} entries`)
        if (entry.isDirectory() && depth > 1) await collect(join(path, entry.name), depth - 1)
        else if (folder.names.some(name => name.test(entry.name)))
          await add(Buffer.concat([Buffer.from(`${path}/`), Buffer.from(entry.name, 'latin1')]))
      }
    } catch (error) {
      unseen(path, folder, error, looking.ledger)
    }
  }

  async function add(path: Buffer): Promise<void> {
    const stats = await lstat(path).catch(() => null)
    if (stats?.isFile() && Math.max(stats.mtimeMs, stats.ctimeMs) >= looking.since) found.push({ path, stats })
  }
}

function unseen(path: string, { because, mustBeThere }: DumpFolder, error: unknown, ledger: Ledger): void {
  const isGone = ['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')
  // One below /proc is that of a container, and gone with it.
  if (isGone && !mustBeThere && !path.startsWith('/proc/')) ledger.skip(path, `is not there (${because})`)
  else ledger.incomplete(path, `${reasonOf(error)} (${because})`)
}
