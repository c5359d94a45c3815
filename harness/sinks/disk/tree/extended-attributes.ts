import { Buffer } from 'node:buffer'
import { reasonOf } from '../../../model/error.ts'
import { errnoOf } from '../../denial.ts'
import { type Libc, libc } from '../../native/libc.ts'

/** Enough for the names of nearly every file. */
const USUAL_BYTES = 1024
/** XATTR_LIST_MAX and XATTR_SIZE_MAX of Linux (xattr(7)). */
const MOST_BYTES = 65_536
/** Was taken away meanwhile, or this file system has none. */
const NOTHING = ['ENODATA', 'EOPNOTSUPP', 'ENOTSUP', 'ENOENT', 'ENOTDIR', 'ENOSYS']

/** One extended attribute of a file; `value` is null where it could not be read, and `reason` says why. */
export interface Attribute {
  readonly name: Buffer
  readonly value: Buffer | null
  readonly reason: string | null
}

/** Reads extended attributes of what lies at a path, never of what a symbolic link points to (xattr(7)). */
export class ExtendedAttributes {
  readonly #libc: Libc

  private constructor(library: Libc) {
    this.#libc = library
  }

  /** null where this platform shows none to Lethe */
  static async open(): Promise<ExtendedAttributes | null> {
    const library = libc()
    return library === null ? null : new ExtendedAttributes(library)
  }

  /** All that this user may list: `trusted.*` is shown to root alone. @throws an error with `code` when they cannot be listed */
  async of(path: Buffer): Promise<Attribute[]> {
    const attributes: Attribute[] = []
    for (const name of await this.#names(path)) {
      try {
        attributes.push({ name, value: await this.#value(path, name), reason: null })
      } catch (error) {
        if (!NOTHING.includes(errnoOf(error) ?? '')) attributes.push({ name, value: null, reason: reasonOf(error) })
      }
    }
    return attributes
  }

  async #names(path: Buffer): Promise<Buffer[]> {
    try {
      const list = await filled(bytes => this.#libc.llistxattr(path, bytes))
      return [...split(list)]
    } catch (error) {
      if (NOTHING.includes(errnoOf(error) ?? '')) return []
      throw error
    }
  }

  #value(path: Buffer, name: Buffer): Promise<Buffer> {
    return filled(bytes => this.#libc.lgetxattr(path, name, bytes))
  }
}

/** What a call writes, asked again with all the room there may be where a little was not enough. */
async function filled(call: (bytes: Buffer) => Promise<number>): Promise<Buffer> {
  const usual = Buffer.alloc(USUAL_BYTES)
  try {
    return usual.subarray(0, await call(usual))
  } catch (error) {
    if (errnoOf(error) !== 'ERANGE') throw error
    const most = Buffer.alloc(MOST_BYTES)
    return most.subarray(0, await call(most))
  }
}

function* split(list: Buffer): Generator<Buffer> {
  for (let from = 0; from < list.length; ) {
    const end = list.indexOf(0, from)
    if (end === -1) return
    yield list.subarray(from, end)
    from = end + 1
  }
}
