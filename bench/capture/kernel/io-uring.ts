import { closeSync } from 'node:fs'
import { peek, poke, Refused, syscall } from './libc.ts'
import { Mapping } from './mapping.ts'

/** The same on every architecture since Linux 5.1. */
const SYS_IO_URING_SETUP = 425
const SYS_IO_URING_ENTER = 426
/** Of `<linux/io_uring.h>`: offsets for mmap, the operation, and a flag of io_uring_enter. */
const OFFSET_SUBMISSIONS = 0
const OFFSET_COMPLETIONS = 0x800_0000
const OFFSET_ENTRIES = 0x1000_0000
const OPERATION_WRITE = 23
const GET_EVENTS = 1

const ENTRIES = 8
const ENTRY_BYTES = 64
const PAGE_BYTES = 4096
/** Of `struct io_uring_params`: its size, and where in it the offsets of the two rings are. */
const PARAMETERS_BYTES = 120
const AT_SUBMISSIONS = 40
const AT_COMPLETIONS = 80

/**
 * One write to a file's beginning by io_uring_setup(2) and io_uring_enter(2), on rings of its own.
 * @throws Refused where the kernel denies it (kernel.io_uring_disabled, seccomp)
 */
export function writeByIoUring(fd: number, from: Mapping, bytes: number): void {
  using memory = Mapping.anonymous(PAGE_BYTES)
  const ring = syscall('io_uring_setup', SYS_IO_URING_SETUP, ENTRIES, memory.at)
  try {
    submit(ring, peek(memory.at, PARAMETERS_BYTES), entryFor(fd, from, bytes))
    checkCompletion(ring, peek(memory.at, PARAMETERS_BYTES), bytes)
  } finally {
    closeSync(ring)
  }
}

/** `struct io_uring_sqe`. */
function entryFor(fd: number, from: Mapping, bytes: number): Buffer {
  const entry = Buffer.alloc(ENTRY_BYTES)
  entry.writeUInt8(OPERATION_WRITE, 0)
  entry.writeInt32LE(fd, 4)
  entry.writeBigUInt64LE(from.at, 16)
  entry.writeUInt32LE(bytes, 24)
  return entry
}

/** Puts the entry at the head of the queue, and waits until it is done. */
function submit(ring: number, parameters: Buffer, entry: Buffer): void {
  using queue = Mapping.shared(ring, PAGE_BYTES, OFFSET_SUBMISSIONS)
  using entries = Mapping.shared(ring, ENTRIES * ENTRY_BYTES, OFFSET_ENTRIES)
  poke(entries.at, entry)
  // struct io_sqring_offsets: head, tail, ring_mask, ring_entries, flags, dropped, array.
  poke(queue.at + BigInt(parameters.readUInt32LE(AT_SUBMISSIONS + 24)), number32(0))
  poke(queue.at + BigInt(parameters.readUInt32LE(AT_SUBMISSIONS + 4)), number32(1))
  syscall('io_uring_enter', SYS_IO_URING_ENTER, ring, 1, 1, GET_EVENTS)
}

/** `struct io_uring_cqe`: its result is at byte 8. */
function checkCompletion(ring: number, parameters: Buffer, bytes: number): void {
  using queue = Mapping.shared(ring, PAGE_BYTES, OFFSET_COMPLETIONS)
  const at = queue.at + BigInt(parameters.readUInt32LE(AT_COMPLETIONS + 20))
  const result = peek(at, 16).readInt32LE(8)
  if (result < 0) throw new Refused('a write by io_uring', -result)
  if (result !== bytes) throw new Error(`io_uring wrote ${result} of ${bytes} bytes`)
}

function number32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
