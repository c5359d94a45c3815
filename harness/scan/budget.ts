import { USUAL_DEPTH } from '../canary/closure.ts'
import type { Limits } from './limits.ts'

const MIB = 2 ** 20
/** Below this the ratio says nothing: a tiny stream of zeros is harmless. */
const RATIO_FLOOR = 64 * 1024
/** Archives hold hundreds of empty files in a MiB; each counts as so much of a place that only looks like a container. */
const SHARE_OF_EMPTY = 1 / 16
/** More reasons than a person reads; the rest is counted. */
const MOST_REASONS = 100

/** What is left of the limits of one stream, shared by all its layers, and what was not scanned for their sake. */
export class Budget {
  readonly #limits: Limits
  readonly #reasons = new Set<string>()
  readonly #refusals = new Set<string>()
  readonly #damaged = new Set<string>()
  #received = 0
  #unpacked = 0
  #falseStarts = 0
  #open = 0
  #untold = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  get received(): number {
    return this.#received
  }

  /** bytes that came out of containers */
  get unpacked(): number {
    return this.#unpacked
  }

  receive(bytes: number): void {
    this.#received += bytes
  }

  /** Whether more may be tried, as more encodings are looked for than usually. */
  get isDeep(): boolean {
    return this.#limits.encodings > USUAL_DEPTH
  }

  /**
   * Takes bytes that came out of a container. Returns why they are too many, or null.
   * @param fromOne all that came out of this container up to now
   */
  unpack(bytes: number, fromOne: number): string | null {
    this.#unpacked += bytes
    const { unpackedBytes } = this.#limits
    return fromOne > unpackedBytes ? `it unpacks to more than ${unpackedBytes} bytes` : this.#excess()
  }

  /** Why no container may be opened now, wherever it is, or null. */
  get refusal(): string | null {
    const { openContainers, falseStartsPerMiB } = this.#limits
    if (this.#open >= openContainers) return `more than ${openContainers} containers are open at once`
    const scale = 1 + (this.#received + this.#unpacked) / MIB
    if (this.#falseStarts >= falseStartsPerMiB * scale)
      return `more than ${falseStartsPerMiB} places in one MiB only look like containers`
    return this.#excess()
  }

  /** Why no container may be opened inside `depth` others, or null. */
  depthRefusal(depth: number): string | null {
    return depth < this.#limits.depth ? null : `containers stand more than ${this.#limits.depth} deep within each other`
  }

  open(): void {
    this.#open++
  }

  /**
   * @param wasReal something came out of it
   * @param isSound nothing in it was wrong, as of an empty file in an archive
   */
  close(wasReal: boolean, isSound: boolean): void {
    this.#open--
    if (!wasReal) this.#falseStarts += isSound ? SHARE_OF_EMPTY : 1
  }

  /** Says that a container was not opened: of each cause the first one. */
  refuse(refusal: string, container: () => string): void {
    if (this.#refusals.has(refusal)) return
    this.#refusals.add(refusal)
    this.note(`${container()} and perhaps others were not opened: ${refusal}`)
  }

  /** Says what was not scanned. Equal reasons are said once. */
  note(reason: string): void {
    if (this.#reasons.size < MOST_REASONS) this.#reasons.add(reason)
    else if (!this.#reasons.has(reason)) this.#untold++
  }

  /** Says what could not be read of something that is damaged. */
  noteDamage(reason: string): void {
    this.note(reason)
    if (this.#reasons.has(reason)) this.#damaged.add(reason)
  }

  /** those of `incomplete` that tell of damage, and of no bound */
  get damaged(): readonly string[] {
    return [...this.#damaged]
  }

  get incomplete(): readonly string[] {
    if (this.#untold === 0) return [...this.#reasons]
    return [...this.#reasons, `${this.#untold} more reasons like these`]
  }

  #excess(): string | null {
    const { unpackedBytes, usualRatio, ratio } = this.#limits
    if (this.#unpacked > ratio * Math.max(this.#received, RATIO_FLOOR)) {
      return `containers unpack to more than ${ratio} times their size`
    }
    if (this.#unpacked > unpackedBytes + usualRatio * this.#received) {
      return `containers unpack to more than ${unpackedBytes} bytes and ${usualRatio} times their size`
    }
    return null
  }
}
