/** XXH32 and XXH64 (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md), seed 0. */
const A32: u32 = 0x9e3779b1
const B32: u32 = 0x85ebca77
const C32: u32 = 0xc2b2ae3d
const D32: u32 = 0x27d4eb2f
const E32: u32 = 0x165667b1

const A64: u64 = 0x9e3779b185ebca87
const B64: u64 = 0xc2b2ae3d27d4eb4f
const C64: u64 = 0x165667b19e3779f9
const D64: u64 = 0x85ebca77c2b2ae63
const E64: u64 = 0x27d4eb2f165667c5

function round32(lane: u32, input: u32): u32 {
  return rotl<u32>(lane + input * B32, 13) * A32
}

function round64(lane: u64, input: u64): u64 {
  return rotl<u64>(lane + input * B64, 31) * A64
}

/** Four lanes of 32 bits at `lanes`, before the first stripe. */
export function begin32(lanes: usize): void {
  store<u32>(lanes, A32 + B32)
  store<u32>(lanes, B32, 4)
  store<u32>(lanes, 0, 8)
  store<u32>(lanes, 0 - A32, 12)
}

/** Takes whole stripes of 16 bytes. */
export function stripes32(lanes: usize, bytes: usize, end: usize): void {
  for (; bytes < end; bytes += 16) {
    for (let lane: usize = 0; lane < 16; lane += 4) {
      store<u32>(lanes + lane, round32(load<u32>(lanes + lane), load<u32>(bytes + lane)))
    }
  }
}

/** @param bytes those after the last stripe @param total all that there were */
export function digest32(lanes: usize, bytes: usize, end: usize, total: f64): u32 {
  let sum: u32 = E32
  if (total >= 16) {
    sum = rotl<u32>(load<u32>(lanes), 1) + rotl<u32>(load<u32>(lanes, 4), 7)
    sum += rotl<u32>(load<u32>(lanes, 8), 12) + rotl<u32>(load<u32>(lanes, 12), 18)
  }
  sum += <u32>(<u64>total)
  for (; bytes + 4 <= end; bytes += 4) sum = rotl<u32>(sum + load<u32>(bytes) * C32, 17) * D32
  for (; bytes < end; bytes++) sum = rotl<u32>(sum + <u32>load<u8>(bytes) * E32, 11) * A32
  sum = (sum ^ (sum >> 15)) * B32
  sum = (sum ^ (sum >> 13)) * C32
  return sum ^ (sum >> 16)
}

/** Four lanes of 64 bits at `lanes`, before the first stripe. */
export function begin64(lanes: usize): void {
  store<u64>(lanes, A64 + B64)
  store<u64>(lanes, B64, 8)
  store<u64>(lanes, 0, 16)
  store<u64>(lanes, 0 - A64, 24)
}

/** Takes whole stripes of 32 bytes. */
export function stripes64(lanes: usize, bytes: usize, end: usize): void {
  for (; bytes < end; bytes += 32) {
    for (let lane: usize = 0; lane < 32; lane += 8) {
      store<u64>(lanes + lane, round64(load<u64>(lanes + lane), load<u64>(bytes + lane)))
    }
  }
}

function merge(sum: u64, lane: u64): u64 {
  return (sum ^ round64(0, lane)) * A64 + D64
}

/** The lower half. @param bytes those after the last stripe @param total all that there were */
export function digest64(lanes: usize, bytes: usize, end: usize, total: f64): u32 {
  let sum: u64 = E64
  if (total >= 32) {
    sum = rotl<u64>(load<u64>(lanes), 1) + rotl<u64>(load<u64>(lanes, 8), 7)
    sum += rotl<u64>(load<u64>(lanes, 16), 12) + rotl<u64>(load<u64>(lanes, 24), 18)
    for (let lane: usize = 0; lane < 32; lane += 8) sum = merge(sum, load<u64>(lanes + lane))
  }
  sum += <u64>total
  for (; bytes + 8 <= end; bytes += 8) sum = rotl<u64>(sum ^ round64(0, load<u64>(bytes)), 27) * A64 + D64
  if (bytes + 4 <= end) {
    sum = rotl<u64>(sum ^ (<u64>load<u32>(bytes) * A64), 23) * B64 + C64
    bytes += 4
  }
  for (; bytes < end; bytes++) sum = rotl<u64>(sum ^ (<u64>load<u8>(bytes) * E64), 11) * A64
  sum = (sum ^ (sum >> 33)) * B64
  sum = (sum ^ (sum >> 29)) * C64
  return <u32>(sum ^ (sum >> 32))
}
