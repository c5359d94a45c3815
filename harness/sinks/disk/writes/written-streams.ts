import { Buffer } from 'node:buffer'
import type { WrittenFile } from './messages.ts'
import type { Reading, WrittenScan } from './written-scan.ts'

const MOST_OPEN = 32
const MOST_FOLLOWED = 1000
const OVERLAP_BYTES = 64 * 1024

interface Followed {
  reading: Reading | null
  written: number
  tail: Buffer
}

/**
 * What was written to each file, joined in the order of the writes. Files that rest are ended; where one goes on, its next
 * part begins with the last 64 KiB of the part before, so that no seam is lost.
 */
export class WrittenStreams {
  readonly #scan: WrittenScan
  readonly #followed = new Map<string, Followed>()

  constructor(scan: WrittenScan) {
    this.#scan = scan
  }

  async push(file: WrittenFile, bytes: Buffer): Promise<void> {
    const key = Buffer.from(file.path).toString('latin1')
    const followed = this.#followed.get(key) ?? { reading: null, written: 0, tail: Buffer.alloc(0) }
    this.#followed.delete(key)
    this.#followed.set(key, followed)
    followed.reading ??= await this.#open(file, followed)
    await followed.reading.push(bytes)
    followed.written += bytes.length
    followed.tail = Buffer.concat([followed.tail, bytes.subarray(-OVERLAP_BYTES)]).subarray(-OVERLAP_BYTES)
    await this.#endOldest()
  }

  /** Scans all to its end. */
  async flush(): Promise<void> {
    for (const followed of this.#followed.values()) await this.#end(followed)
  }

  async #open(file: WrittenFile, { written, tail }: Followed): Promise<Reading> {
    const reading = await this.#scan.read(file, written - tail.length)
    if (tail.length > 0) await reading.push(tail)
    return reading
  }

  async #end(followed: Followed): Promise<void> {
    await followed.reading?.end()
    followed.reading = null
  }

  async #endOldest(): Promise<void> {
    let open = 0
    for (const followed of [...this.#followed.values()].toReversed()) {
      if (followed.reading !== null) open += 1
      if (open > MOST_OPEN) await this.#end(followed)
    }
    for (const [key, followed] of this.#followed) {
      if (this.#followed.size <= MOST_FOLLOWED) return
      await this.#end(followed)
      this.#followed.delete(key)
    }
  }
}
