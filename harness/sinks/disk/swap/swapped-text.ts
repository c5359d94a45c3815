import { Buffer } from 'node:buffer'
import { open } from 'node:fs/promises'
import { LetheError } from '../../../model/error.ts'
import { type Libc, libc } from '../../native/libc.ts'

const PAGE_BYTES = 4096
/** As many as the kernel reads or writes at once: some may be written while others wait. */
const PAGES = 32
/** madvise(2), Linux 5.4 */
const MADV_PAGEOUT = 21
/** of an entry in /proc/PID/pagemap (Documentation/admin-guide/mm/pagemap.rst) */
const IS_SWAPPED = 1n << 62n

/** Where the texts lie that are there now. */
const addresses = new Set<bigint>()

/** How many bytes of this process were put out on purpose, and are out now. */
export async function swappedTextBytes(): Promise<number> {
  const pages = await Promise.all([...addresses].map(pagesOut))
  return pages.reduce((sum, count) => sum + count * PAGE_BYTES, 0)
}

/** Memory of Lethe that holds a text on each page and is out in swap space; freed with Lethe, or before. */
export class SwappedText implements Disposable {
  readonly #libc: Libc
  #address: bigint | null

  private constructor(library: Libc, address: bigint) {
    this.#libc = library
    this.#address = address
  }

  /** @throws LetheError SINK_DENIED when the kernel does not put it out */
  static async create(text: string): Promise<SwappedText> {
    const library = libc()
    if (library === null) throw kept('this platform has no madvise(2) that Lethe can call')
    const address = library.mmapAnonymous(PAGES * PAGE_BYTES)
    const swapped = new SwappedText(library, address)
    addresses.add(address)
    try {
      swapped.#fill(address, text)
      library.madvise(address, PAGES * PAGE_BYTES, MADV_PAGEOUT)
      if ((await pagesOut(address)) === 0) throw kept('the kernel kept it in memory')
      return swapped
    } catch (error) {
      swapped[Symbol.dispose]()
      throw error instanceof LetheError ? error : kept(String(error))
    }
  }

  [Symbol.dispose](): void {
    if (this.#address === null) return
    addresses.delete(this.#address)
    this.#libc.munmap(this.#address, PAGES * PAGE_BYTES)
    this.#address = null
  }

  #fill(address: bigint, text: string): void {
    const pages = Buffer.from(this.#libc.view(address, PAGES * PAGE_BYTES))
    for (let page = 0; page < PAGES; page++) pages.write(`${page} ${text}\n`, page * PAGE_BYTES)
  }
}

/** How many of the pages are in swap space and not in memory any more. */
async function pagesOut(address: bigint): Promise<number> {
  const handle = await open('/proc/self/pagemap', 'r')
  try {
    const entries = Buffer.alloc(PAGES * 8)
    await handle.read(entries, 0, entries.length, Number(address / BigInt(PAGE_BYTES)) * 8)
    const out = Array.from({ length: PAGES }, (_, page) => (entries.readBigUInt64LE(page * 8) & IS_SWAPPED) !== 0n)
    return out.filter(isOut => isOut).length
  } finally {
    await handle.close()
  }
}

function kept(why: string): LetheError {
  return new LetheError(
    'SINK_DENIED',
    `Cannot plant the control in swap space: ${why}.`,
    'Leave swap space free, allow Lethe to swap (memory.swap.max of its cgroup), and use Linux 5.4 or newer.',
  )
}
