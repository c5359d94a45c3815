import { readFile } from 'node:fs/promises'
import { reasonOf } from '../../model/error.ts'
import { type Libc, libc } from './libc.ts'

/** MCL_CURRENT, MCL_FUTURE and MCL_ONFAULT: all there is and will be, each page once it is used (mlockall(2)). */
const EVERYTHING = 1 | 2 | 4
/** CAP_IPC_LOCK (capabilities(7)) */
const IPC_LOCK = 1n << 14n

/** How many hold the lock; it is one of the whole process. */
let holders = 0

/**
 * Lethe's own memory, kept out of swap space: it holds every text that was sent, which would be found there and taken for the
 * deployment's. Released when the last holder is disposed of.
 */
export class LockedMemory implements Disposable {
  /** why Lethe's memory may be swapped out all the same, or null */
  readonly refusal: string | null
  readonly #libc: Libc | null
  #isReleased = false

  private constructor(library: Libc | null, refusal: string | null) {
    this.#libc = library
    this.refusal = refusal
  }

  static async hold(): Promise<LockedMemory> {
    const library = await libc()
    if (library === null) return new LockedMemory(null, 'there is no mlockall(2) that Lethe can call')
    // Within a limit the lock would succeed, and the next allocation beyond it fail.
    if (!(await mayLockEverything()))
      return new LockedMemory(null, 'it needs CAP_IPC_LOCK, or no limit on locked memory')
    try {
      library.mlockall(EVERYTHING)
      holders += 1
      return new LockedMemory(library, null)
    } catch (error) {
      return new LockedMemory(null, reasonOf(error))
    }
  }

  [Symbol.dispose](): void {
    if (this.#libc === null || this.#isReleased) return
    this.#isReleased = true
    holders -= 1
    if (holders === 0) this.#libc.munlockall()
  }
}

async function mayLockEverything(): Promise<boolean> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`)
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '')
  return (effective & IPC_LOCK) !== 0n || /^Max locked memory +unlimited/m.test(limits)
}
