import { Buffer } from 'node:buffer'
import { closeSync, readSync, writeSync } from 'node:fs'
import { getSystemErrorName } from 'node:util'
import { errnoOf } from '../../denial.ts'
import { errno, fanotifyInit, fanotifyMark } from '../../native/notification.ts'

/** Of linux/fanotify.h. */
const INIT = {
  cloexec: 0x1,
  nonblock: 0x2,
  unlimitedQueue: 0x10,
  unlimitedMarks: 0x20,
  dirFidAndName: 0xc00,
  preContent: 0x8,
}
const ADD = 0x1
/** how wide a mark is: a whole file system; where it refuses that, one mount of it */
const WIDE = { fileSystem: 0x100, mount: 0x10 }
const AT_FDCWD = -100
const O_CLOEXEC = 0o2000000
/** without it, files of 2 GiB and more are not opened */
const O_LARGEFILE = process.arch === 'arm64' ? 0o400000 : 0o100000

export const EVENT = {
  modify: 0x2,
  closeWrite: 0x8,
  movedTo: 0x80,
  create: 0x100,
  openPermission: 0x10000,
  preAccess: 0x100000,
  overflow: 0x4000,
  onFolder: 0x40000000,
}

/** A read opens a descriptor for every event in it: no more than this many at once. */
const MOST_EVENTS = 256
const EVENT_BYTES = 24
/** an event with more than that, such as a name of at most 255 bytes with a handle of at most 128 */
const LONG_EVENT_BYTES = 512
const ALLOW = 1

/** Events of writes (with descriptors), of names (without), or of those who ask before they read, write or cut. */
type Kind = 'writes' | 'names' | 'requests'

const FLAGS: Record<Kind, number> = { writes: 0, names: INIT.dirFidAndName, requests: INIT.preContent }

/** What was done to an inode, and by which process (0: one that cannot be seen from here). */
export interface WriteEvent {
  readonly mask: number
  readonly pid: number
  /** the inode, open for reading, to be closed by who gets it; null where the kernel could not open it */
  readonly fd: number | null
}

/** A name that came to be in some folder. */
export interface NameEvent {
  readonly mask: number
  readonly pid: number
  readonly name: Uint8Array
}

/** Somebody waits to be allowed to open, read, write or cut a file. */
export interface AccessRequest {
  /** the inode, open for reading; `allow` closes it */
  readonly fd: number
  /** what of it is to be read or written, in bytes; a length of 0: all from the offset on may be cut */
  readonly offset: number
  readonly length: number
}

/**
 * Watches whole file systems by fanotify(7), in its notification class: the kernel keeps every inode that was written, with
 * an open descriptor, until it is read here. Needs CAP_SYS_ADMIN. The marks end with the process, however it ends.
 */
export class FanotifyGroup implements Disposable {
  readonly fd: number
  readonly #events: Buffer

  /** Names need Linux 5.9, requests for what is written (FAN_PRE_ACCESS) 6.14. @throws Error named for its errno */
  constructor(kind: Kind) {
    const { cloexec, nonblock, unlimitedQueue, unlimitedMarks } = INIT
    const flags = cloexec | nonblock | unlimitedQueue | unlimitedMarks | FLAGS[kind]
    this.fd = fanotifyInit(flags, O_LARGEFILE | O_CLOEXEC)
    if (this.fd < 0) throw failure('fanotify_init')
    this.#events = Buffer.alloc(MOST_EVENTS * (kind === 'writes' ? EVENT_BYTES : LONG_EVENT_BYTES))
  }

  /** Watches the file system on which the path lies. @throws Error named for its errno */
  mark(path: string, mask: number): void {
    const marked = [WIDE.fileSystem, WIDE.mount].some(
      wide => fanotifyMark(this.fd, ADD | wide, mask, AT_FDCWD, path) === 0,
    )
    if (!marked) throw failure('fanotify_mark')
  }

  /** The next events; none where there are none now. @throws the error of an event that the kernel could not hand over */
  read(): WriteEvent[] {
    const events: WriteEvent[] = []
    for (const { at, mask, pid } of this.#records()) {
      const fd = this.#events.readInt32LE(at + 16)
      events.push({ mask, pid, fd: fd < 0 ? null : fd })
    }
    return events
  }

  readNames(): NameEvent[] {
    const events: NameEvent[] = []
    for (const { at, mask, pid, end } of this.#records()) {
      events.push({ mask, pid, name: nameIn(this.#events.subarray(at + EVENT_BYTES, end)) })
    }
    return events
  }

  /** Each must be allowed, or whoever asks waits for ever. */
  readRequests(): AccessRequest[] {
    const requests: AccessRequest[] = []
    for (const { at, end } of this.#records()) {
      const fd = this.#events.readInt32LE(at + 16)
      if (fd >= 0) requests.push({ fd, ...rangeIn(this.#events.subarray(at + EVENT_BYTES, end)) })
    }
    return requests
  }

  /** struct fanotify_response: fd i32, response u32 */
  allow({ fd }: AccessRequest): void {
    const response = Buffer.alloc(8)
    response.writeInt32LE(fd, 0)
    response.writeUInt32LE(ALLOW, 4)
    writeSync(this.fd, response)
    closeSync(fd)
  }

  [Symbol.dispose](): void {
    closeSync(this.fd)
  }

  /** struct fanotify_event_metadata: length u32, version u8, reserved u8, its own length u16, mask u64, fd i32, pid i32. */
  *#records(): Generator<{ at: number; end: number; mask: number; pid: number }> {
    const length = this.#fill()
    for (let at = 0; at + EVENT_BYTES <= length; ) {
      const end = at + this.#events.readUInt32LE(at)
      yield { at, end, mask: this.#events.readUInt32LE(at + 8), pid: this.#events.readInt32LE(at + 20) }
      at = end
    }
  }

  #fill(): number {
    try {
      return readSync(this.fd, this.#events)
    } catch (error) {
      if (errnoOf(error) === 'EAGAIN') return 0
      throw error
    }
  }
}

/**
 * struct fanotify_event_info_fid: type u8, pad u8, length u16, file system 8 bytes; struct file_handle: bytes u32, type i32,
 * handle; then the name, ended by a zero. Empty where there is none, as in an overflow.
 */
function nameIn(info: Buffer): Uint8Array {
  const from = 20 + (info.length < 16 ? 0 : info.readUInt32LE(12))
  if (from >= info.length) return Buffer.alloc(0)
  const end = info.indexOf(0, from)
  return Buffer.from(info.subarray(from, end === -1 ? info.length : end))
}

/** struct fanotify_event_info_range: type u8, pad u8, length u16, pad u32, offset u64, count u64. Of all, where there is none. */
function rangeIn(info: Buffer): { offset: number; length: number } {
  if (info.length < 24) return { offset: 0, length: 0 }
  return { offset: Number(info.readBigUInt64LE(8)), length: Number(info.readBigUInt64LE(16)) }
}

function failure(call: string): Error {
  const code = getSystemErrorName(-errno())
  return Object.assign(new Error(`${call}: ${code}`), { code })
}
