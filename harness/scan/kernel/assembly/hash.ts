const MULTIPLIER: u64 = 0x9e3779b97f4a7c15

/** Multiplicative (Fibonacci) hashing: Knuth, The Art of Computer Programming, volume 3, section 6.4. */
export function hashOf(value: u64): u32 {
  return <u32>((value * MULTIPLIER) >> 32)
}
