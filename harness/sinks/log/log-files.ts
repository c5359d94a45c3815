import { readdir, type Stats } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { glob, isDynamicPattern } from 'tinyglobby'
import { reasonOf } from '../../model/error.ts'
import type { Gap } from '../../model/observation.ts'
import { errnoOf } from '../denial.ts'

const MOST_FILES = 10_000

export interface LogFile {
  readonly path: string
  readonly stats: Stats
}

/** What a path or glob stands for now. */
export interface LogFiles {
  /** regular files, links resolved, the newest last; at most 10,000 */
  readonly files: readonly LogFile[]
  /** matches that hold no bytes at rest */
  readonly special: readonly Gap[]
  /** folders and matches that could not be looked at */
  readonly unseen: readonly Gap[]
}

/** Finds the files of a path or glob. Never throws. */
export async function findLogFiles(pattern: string): Promise<LogFiles> {
  const unseen: Gap[] = []
  const matches = isDynamicPattern(pattern) ? await matchesOf(pattern, unseen) : [pattern]
  const files = new Map<string, LogFile>()
  const special: Gap[] = []
  for (const match of matches.slice(0, MOST_FILES)) {
    try {
      const path = await realpath(match)
      const stats = await stat(path)
      if (stats.isFile()) files.set(path, { path, stats })
      else special.push({ path, reason: 'is no regular file, not opened' })
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') unseen.push({ path: resolve(match), reason: reasonOf(error) })
    }
  }
  if (matches.length > MOST_FILES) unseen.push({ path: pattern, reason: `only ${MOST_FILES} files were looked at` })
  return { files: [...files.values()].sort((a, b) => a.stats.mtimeMs - b.stats.mtimeMs), special, unseen }
}

/** The glob library passes over folders that it may not read: noted here. */
function matchesOf(pattern: string, unseen: Gap[]): Promise<string[]> {
  const noting = ((path: string, options: { withFileTypes: true }, done: (...answer: unknown[]) => void) => {
    readdir(path, options, (error, entries) => {
      if (error && error.code !== 'ENOENT') unseen.push({ path: resolve(path), reason: reasonOf(error) })
      done(error, entries)
    })
  }) as typeof readdir
  return glob(pattern, {
    absolute: true,
    dot: true,
    expandDirectories: false,
    followSymbolicLinks: false,
    fs: { readdir: noting },
  })
}
