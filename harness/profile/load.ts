import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nearest } from '../document/nearest.ts'
import { LetheError, reasonOf } from '../model/error.ts'
import type { Profile } from '../model/profile.ts'
import { parseProfile } from './parse.ts'

/** A profile together with the bytes that it was read from. */
export interface LoadedProfile {
  readonly profile: Profile
  readonly text: string
  /** of the file's bytes */
  readonly sha256: string
  /** absolute */
  readonly path: string
}

/** The same place from the sources and from the built package. */
const packagedFolder = fileURLToPath(new URL('../../suites/profiles/', import.meta.url))

const LARGEST_PROFILE = 1024 * 1024

/**
 * A packaged profile by its name (`deepinfra`), or any by the path of its YAML file, relative to the folder `from`.
 * @throws LetheError PROFILE_INVALID when there is no such file, it cannot be read, or it is no profile
 */
export async function loadProfile(nameOrPath: string, from: string = process.cwd()): Promise<LoadedProfile> {
  const path = await pathOf(nameOrPath, from)
  const bytes = await readSmall(path)
  const text = decode(bytes, path)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { profile: parseProfile(text, path), text, sha256, path }
}

async function pathOf(nameOrPath: string, from: string): Promise<string> {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(nameOrPath)) return isAbsolute(nameOrPath) ? nameOrPath : resolve(from, nameOrPath)
  const packaged = (await readdir(packagedFolder)).filter(name => name.endsWith('.yaml')).map(name => name.slice(0, -5))
  if (packaged.includes(nameOrPath)) return resolve(packagedFolder, `${nameOrPath}.yaml`)
  const meant = nearest(nameOrPath, packaged)
  throw new LetheError(
    'PROFILE_INVALID',
    `There is no packaged profile ${JSON.stringify(nameOrPath)}.`,
    `${meant === null ? '' : `Did you mean ${meant}? `}Write one of ${packaged.sort().join(', ')}, or the path of a YAML file, such as ./${nameOrPath}.yaml.`,
  )
}

/** Opened without blocking, so that a FIFO cannot hold the run; a device or a file without end is refused. */
async function readSmall(path: string): Promise<Uint8Array> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const stat = await file.stat()
    if (!stat.isFile()) throw unreadable(path, 'it is not a plain file')
    const bytes = Buffer.alloc(LARGEST_PROFILE + 1)
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0)
    if (bytesRead > LARGEST_PROFILE) throw unreadable(path, `it is larger than ${LARGEST_PROFILE} bytes`)
    return bytes.subarray(0, bytesRead)
  } catch (error) {
    throw error instanceof LetheError ? error : unreadable(path, reasonOf(error), error)
  }
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw unreadable(path, 'it is not UTF-8 text', error)
  }
}

function unreadable(path: string, why: string, cause?: unknown): LetheError {
  return new LetheError(
    'PROFILE_INVALID',
    `${path}: the profile cannot be read: ${why}`,
    'Write the path of a readable YAML file, or the name of a packaged profile, such as deepinfra.',
    { cause },
  )
}
