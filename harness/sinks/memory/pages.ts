import { closeSync, openSync, readSync } from 'node:fs'
import { MOST_RUNS, scanPages } from './page-scan.ts'
import { PAGE } from './page-size.ts'
import type { Region, Run } from './regions.ts'

const ENTRY = 8
const PIECE = 256 * 1024
/** Bits 63 and 62 of an entry, in the highest of its eight bytes: in memory, in swap space. */
const HOLDS = 0xc0
/** Bytes of entries that are read for one region: those of 512 GiB. Kernels from 6.7 on need none. */
const MOST_ENTRIES = 2 ** 30

/** Which pages of one process hold something, by `/proc/PID/pagemap` (proc_pid_pagemap(5)). */
export class PageTable implements Disposable {
  readonly #descriptor: number
  readonly #entries = Buffer.allocUnsafe(PIECE)
  readonly #asksKernel: boolean

  /**
   * @param asksKernel by PAGEMAP_SCAN, which passes over what was never touched at once, where the kernel has it
   * @throws what opening the file throws
   */
  constructor(pid: number, asksKernel = true) {
    this.#descriptor = openSync(`/proc/${pid}/pagemap`, 'r')
    this.#asksKernel = asksKernel
  }

  /** The pages of a region that hold something, in order; and whether the search ended before the region did. */
  runs(region: Region): { readonly runs: Run[]; readonly isCut: boolean } {
    const scanned = this.#asksKernel ? scanPages(this.#descriptor, region) : null
    return scanned === null ? this.#read(region) : { runs: scanned, isCut: scanned.length >= MOST_RUNS }
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor)
  }

  /** Reads entry by entry, until as many pages were met as the region is said to hold. */
  #read({ from, to, resident }: Region): { runs: Run[]; isCut: boolean } {
    const runs: Run[] = []
    let left = resident
    const end = Math.min(to, from + (MOST_ENTRIES / ENTRY) * PAGE)
    for (let at = from; at < end && left > 0 && runs.length < MOST_RUNS; ) {
      const wanted = Math.min(PIECE, ((end - at) / PAGE) * ENTRY)
      const read = readSync(this.#descriptor, this.#entries, 0, wanted, (at / PAGE) * ENTRY)
      if (read < ENTRY) return { runs, isCut: true }
      for (let entry = 0; entry + ENTRY <= read; entry += ENTRY, at += PAGE) {
        if (((this.#entries[entry + ENTRY - 1] ?? 0) & HOLDS) === 0) continue
        left -= PAGE
        extend(runs, at)
      }
    }
    return { runs, isCut: left > 0 && (end < to || runs.length >= MOST_RUNS) }
  }
}

function extend(runs: { from: number; to: number }[], page: number): void {
  const last = runs.at(-1)
  if (last?.to === page) last.to = page + PAGE
  else runs.push({ from: page, to: page + PAGE })
}
