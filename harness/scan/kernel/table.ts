import type { Kernel } from './kernel.ts'
import type { Hash, Sample, Sampling, Value } from './samples.ts'
import { pickSamples } from './samples.ts'
import { pairs, WHOLE, WITHOUT_LAST } from './samplings.ts'

/** Layouts of `assembly/table.ts`, in bytes. */
const TABLE_BYTES = 32
const SLOT_BYTES = 16
const SAMPLE_BYTES = 8
const NEEDLE_BYTES = 12

/** Slots of different masks that the kernel looks into at one place. */
const MASKS = 3
/** Bits of the sieve for each sample: so many that few words of other bytes pass it, and that it fits into a near cache. */
const BITS_PER_SAMPLE = 7
const [FEWEST_BITS, MOST_BITS] = [18, 25]

/** A needle with its index in the list of whoever asked for it. */
export interface NamedNeedle {
  readonly name: number
  readonly bytes: Uint8Array
}

/** A table in the memory of a kernel. */
export interface Table {
  readonly address: number
  readonly sampling: Sampling
  readonly longest: number
  /** matches that one read value may stand for: the least room that a search needs */
  readonly mostMatches: number
}

/** All samples of one value. */
interface Group {
  readonly hash: number
  readonly value: Value
  readonly samples: Sample[]
}

/** Lays out a table for these needles, each at least as long as the sampling wants. */
export function layTable(kernel: Kernel, needles: readonly NamedNeedle[], sampling: Sampling): Table {
  const hash: Hash = (low, high) => kernel.hash(low, high)
  const bytes = needles.map(needle => needle.bytes)
  const groups = groupByValue(pickSamples(bytes, sampling, hash), hash)
  const sieve = sampling === pairs ? layPairSieve(kernel, groups) : layWordSieve(kernel, groups)
  const fields = [sieve.address, sieve.shift, ...laySlots(kernel, groups), layNeedles(kernel, needles)]
  const address = layNumbers(kernel, TABLE_BYTES, [sampling.stride, sampling.size, ...fields])
  const mostMatches = groups.reduce((most, { samples }) => Math.max(most, samples.length), 0)
  return { address, sampling, longest: longestOf(bytes), mostMatches: mostMatches * MASKS }
}

export function longestOf(needles: readonly Uint8Array[]): number {
  return needles.reduce((longest, needle) => Math.max(longest, needle.length), 0)
}

function groupByValue(samples: readonly Sample[], hash: Hash): Group[] {
  const groups = new Map<number, Group[]>()
  for (const sample of samples) {
    const own = hash(sample.low, sample.high)
    const same = groups.get(own) ?? []
    const group = same.find(({ value }) => value.low === sample.low && value.high === sample.high)
    if (group !== undefined) group.samples.push(sample)
    else groups.set(own, [...same, { hash: own, value: sample, samples: [sample] }])
  }
  return [...groups.values()].flat()
}

interface Sieve {
  readonly address: number
  readonly shift: number
}

function layWordSieve(kernel: Kernel, groups: readonly Group[]): Sieve {
  const wanted = Math.ceil(Math.log2(groups.length + 1)) + BITS_PER_SAMPLE
  const bits = Math.min(Math.max(wanted, FEWEST_BITS), MOST_BITS)
  const shift = 32 - (bits - 5)
  const address = kernel.allocate(2 ** bits / 8)
  const sieve = new Uint32Array(kernel.buffer, address, 2 ** bits / 32)
  for (const { hash } of groups) sieve[hash >>> shift] = (sieve[hash >>> shift] ?? 0) | (1 << hash)
  return { address, shift }
}

/** For each pair the buckets in which it is the first of a sample, and above them those in which it is the second. */
function layPairSieve(kernel: Kernel, groups: readonly Group[]): Sieve {
  const address = kernel.allocate(2 * 2 ** 16)
  const sieve = new Uint8Array(kernel.buffer, address, 2 * 2 ** 16)
  for (const { hash, value } of groups) {
    const bucket = 1 << bucketOf(hash, value)
    for (const pair of pairsUnder(value.low & 0xffff, value.high & 0xffff))
      sieve[2 * pair] = (sieve[2 * pair] ?? 0) | bucket
    for (const pair of pairsUnder(value.low >>> 16, value.high >>> 16))
      sieve[2 * pair + 1] = (sieve[2 * pair + 1] ?? 0) | bucket
  }
  return { address, shift: 0 }
}

/** Samples with an unknown byte are kept apart, where the kernel expects them: their sieve lets more through. */
function bucketOf(hash: number, { high: mask }: Value): number {
  if (mask === WHOLE) return hash % 6
  return mask === WITHOUT_LAST ? 6 : 7
}

/** The pairs that have these bytes where the mask is set: one, or 256. */
function* pairsUnder(pair: number, mask: number): Generator<number> {
  const unknown = 0xffff & ~mask
  const step = unknown === 0xff00 ? 0x100 : 1
  for (let other = 0; other <= unknown; other += step) yield pair | other
}

/** An open hash table, linearly probed. Returns its address, its mask and the address of the samples. */
function laySlots(kernel: Kernel, groups: readonly Group[]): [slots: number, mask: number, samples: number] {
  const mask = 2 ** Math.ceil(Math.log2(2 * groups.length + 1)) - 1
  const slots = kernel.allocate((mask + 1) * SLOT_BYTES)
  const samples = layNumbers(
    kernel,
    groups.reduce((count, group) => count + group.samples.length, 0) * SAMPLE_BYTES,
    groups.flatMap(group => group.samples.flatMap(({ needle, offset }) => [needle, offset])),
  )
  const view = new DataView(kernel.buffer)
  let first = 0
  for (const group of groups) {
    const address = slots + freeSlot(view, slots, mask, group.hash) * SLOT_BYTES
    const fields = [group.value.low, group.value.high, first, group.samples.length]
    for (const [index, field] of fields.entries()) view.setUint32(address + 4 * index, field, true)
    first += group.samples.length
  }
  return [slots, mask, samples]
}

function freeSlot(view: DataView, slots: number, mask: number, hash: number): number {
  let index = (hash & mask) >>> 0
  while (view.getUint32(slots + index * SLOT_BYTES + SLOT_BYTES - 4, true) !== 0) index = (index + 1) & mask
  return index
}

function layNeedles(kernel: Kernel, needles: readonly NamedNeedle[]): number {
  const fields = needles.flatMap(({ name, bytes }) => {
    const address = kernel.allocate(bytes.length)
    new Uint8Array(kernel.buffer, address, bytes.length).set(bytes)
    return [address, bytes.length, name]
  })
  return layNumbers(kernel, needles.length * NEEDLE_BYTES, fields)
}

/** Numbers of 32 bits beside each other. Returns their address. */
function layNumbers(kernel: Kernel, bytes: number, numbers: readonly number[]): number {
  const address = kernel.allocate(bytes)
  const view = new DataView(kernel.buffer)
  for (const [index, number] of numbers.entries()) view.setUint32(address + 4 * index, number, true)
  return address
}
