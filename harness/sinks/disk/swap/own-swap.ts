import { readFile } from 'node:fs/promises'
import { swappedTextBytes } from './swapped-text.ts'

/** What the kernel counts of this process, and of all. */
interface Counters {
  /** bytes of this process that are in swap space, less those that it put there on purpose */
  readonly out: number
  /** page faults of this process that had to wait for a disk, since its start */
  readonly waits: number
  /** pages that came back from swap space, of all processes, since the start of the machine */
  readonly in: number
}

/**
 * Whether memory of Lethe's own was swapped out while it watched. It holds every text that was sent, and a copy in swap space would
 * look like the deployment's. (Locked memory is no way: V8 gives pages back by madvise(2), which fails on those, and ends.)
 */
export class OwnSwap {
  readonly #before: Counters
  #doubt: string | null = null

  private constructor(before: Counters) {
    this.#before = before
  }

  static async watch(): Promise<OwnSwap> {
    return new OwnSwap(await counters())
  }

  /** Why a text in swap space may be Lethe's own, or null where none of it was ever there. */
  async doubt(): Promise<string | null> {
    const now = await counters()
    // What came back left its copy behind: a fault that waited for the disk may have been that.
    const mayHaveReturned = now.in > this.#before.in && now.waits > this.#before.waits
    if (now.out > this.#before.out || mayHaveReturned) {
      this.#doubt =
        'memory of Lethe itself was swapped out meanwhile, so a sighting may be of its own texts; give the machine more memory'
    }
    return this.#doubt
  }
}

/** From proc_pid_status(5), proc_pid_stat(5) and proc_vmstat(5); zero where the system does not tell, as one without swap. */
async function counters(): Promise<Counters> {
  const [status, stat, machine] = await Promise.all(
    ['/proc/self/status', '/proc/self/stat', '/proc/vmstat'].map(path => readFile(path, 'utf8').catch(() => '')),
  )
  const swapped = Number(/^VmSwap:\s+(\d+) kB$/m.exec(status ?? '')?.[1] ?? 0) * 1024
  const waits = Number((stat ?? '').slice((stat ?? '').lastIndexOf(')') + 2).split(' ')[9] ?? 0)
  const back = Number(/^pswpin (\d+)$/m.exec(machine ?? '')?.[1] ?? 0)
  return { out: swapped - (await swappedTextBytes()), waits, in: back }
}
