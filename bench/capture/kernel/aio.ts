import { peek, poke, Refused, syscall } from './libc.ts'
import { Mapping } from './mapping.ts'

/** Numbers of io_setup(2), io_destroy(2), io_getevents(2) and io_submit(2), by architecture (`<asm/unistd.h>`). */
const NUMBERS: Partial<Record<NodeJS.Architecture, readonly [number, number, number, number]>> = {
  x64: [206, 207, 208, 209],
  arm64: [0, 1, 4, 2],
}

const PAGE_BYTES = 4096
/** Of `<linux/aio_abi.h>`. */
const CONTROL_BLOCK_BYTES = 64
const EVENT_BYTES = 32
const OPERATION_WRITE = 1
/** Where things lie in the page: the context's id, the control block, a pointer to it, and the event. */
const AT = { context: 0n, block: 64n, blocks: 256n, event: 512n }

/** One write to a file's beginning by Linux' own asynchronous I/O. @throws Refused where the kernel has none */
export function writeByAio(fd: number, from: Mapping, bytes: number): void {
  const numbers = NUMBERS[process.arch]
  if (numbers === undefined) throw new Refused(`io_setup on ${process.arch}`, ENOSYS)
  const [setup, destroy, getEvents, submit] = numbers
  using page = Mapping.anonymous(PAGE_BYTES)
  syscall('io_setup', setup, 1, page.at + AT.context)
  const context = peek(page.at + AT.context, 8).readBigUInt64LE()
  try {
    poke(page.at + AT.block, blockFor(fd, from, bytes))
    poke(page.at + AT.blocks, number64(page.at + AT.block))
    syscall('io_submit', submit, context, 1, page.at + AT.blocks)
    syscall('io_getevents', getEvents, context, 1, 1, page.at + AT.event)
  } finally {
    syscall('io_destroy', destroy, context)
  }
  // struct io_event: data, obj, res, res2.
  const result = peek(page.at + AT.event, EVENT_BYTES).readBigInt64LE(16)
  if (result !== BigInt(bytes)) throw new Error(`aio answered ${result} to a write of ${bytes} bytes`)
}

const ENOSYS = 38

/** `struct iocb`. */
function blockFor(fd: number, from: Mapping, bytes: number): Buffer {
  const block = Buffer.alloc(CONTROL_BLOCK_BYTES)
  block.writeUInt16LE(OPERATION_WRITE, 16)
  block.writeUInt32LE(fd, 20)
  block.writeBigUInt64LE(from.at, 24)
  block.writeBigUInt64LE(BigInt(bytes), 32)
  return block
}

function number64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  return bytes
}
