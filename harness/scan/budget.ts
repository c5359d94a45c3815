import type { Limits } from './limits.ts'

const MIB = 2 ** 20
/** Below this the ratio says nothing: a tiny stream of zeros is harmless. */
const RATIO_FLOOR = 64 * 1024
/** More reasons than a person reads; the rest is counted. */
const MOST_REASONS = 100

/** What is left of the limits of one stream, shared by all its layers, and what was not scanned for their sake. */
export class Budget {
  readonly limits: Limits
  #received = 0
  #unpacked = 0
  #tries = 0
  #open = 0
  #untold = 0
  readonly #reasons = new Set<string>()

  constructor(limits: Limits) {
    this.limits = limits
  }

  get received(): number {
    return this.#received
  }

  receive(bytes: number): void {
    this.#received += bytes
  }

  /** Takes bytes that came out of a container. Returns why they are too many, or null. */
  unpack(bytes: number): string | null {
    this.#unpacked += bytes
    if (this.#unpacked > this.limits.unpackedBytes) {
      return `containers unpack to more than ${this.limits.unpackedBytes} bytes`
    }
    if (this.#unpacked > this.limits.ratio * Math.max(this.#received, RATIO_FLOOR)) {
      return `containers unpack to more than ${this.limits.ratio} times their size`
    }
    return null
  }

  /** Takes one try at a container inside `depth` others. Returns why there may be none, or null. */
  tryOpen(depth: number): string | null {
    if (depth >= this.limits.depth) return `containers stand deeper than ${this.limits.depth} within each other`
    if (this.#open >= this.limits.openContainers) {
      return `more than ${this.limits.openContainers} containers are open at once`
    }
    const allowed = this.limits.triesPerMiB * (1 + (this.#received + this.#unpacked) / MIB)
    if (this.#tries >= allowed) return `more than ${this.limits.triesPerMiB} containers seem to begin in one MiB`
    this.#tries++
    this.#open++
    return null
  }

  close(): void {
    this.#open--
  }

  /** Says what was not scanned. Equal reasons are said once. */
  note(reason: string): void {
    if (this.#reasons.size < MOST_REASONS) this.#reasons.add(reason)
    else if (!this.#reasons.has(reason)) this.#untold++
  }

  get incomplete(): readonly string[] {
    if (this.#untold === 0) return [...this.#reasons]
    return [...this.#reasons, `${this.#untold} more reasons like these`]
  }
}
