/** What to look for, as `harness/scan/kernel/table.ts` lays it out. All fields are 32 bits wide; addresses are in bytes. */
@unmanaged
export class Table {
  /** one sample is read every so many bytes: 8, 4 or 2 */
  stride: u32
  /** bytes of a sample: 8, 5 or 4 */
  size: u32
  /** Words: a bit for each hash, set where a sample has it. Pairs: 16 bits for each pair, as `pairs.ts` tells. */
  sieve: u32
  /** words: how many low bits of a hash the sieve leaves out */
  shift: u32
  /** of `Slot`, as many as a power of 2, at most half of them taken */
  slots: u32
  slotMask: u32
  /** of `Sample`, those of one slot beside each other */
  samples: u32
  /** of `Needle` */
  needles: u32
}

/** All samples that have one value. */
@unmanaged
export class Slot {
  value: u64
  /** index of its first sample */
  first: u32
  /** how many samples it has; 0 for an empty slot */
  count: u32
}

/** Where a value stands in a needle; at -1 it begins with a byte before it. */
@unmanaged
export class Sample {
  needle: u32
  offset: i32
}

@unmanaged
export class Needle {
  bytes: u32
  length: u32
  /** its index in the caller's list */
  name: u32
}
