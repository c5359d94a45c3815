import { Buffer } from 'node:buffer'
import { closeSync, readSync, writeSync } from 'node:fs'
import { errnoOf } from '../../denial.ts'
import { bind, setsockopt, socket } from '../../native/notification.ts'

/** Of linux/netlink.h, linux/connector.h, linux/cn_proc.h. */
const AF_NETLINK = 16
const NETLINK_CONNECTOR = 11
const SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0o4000 | 0o2000000
const SOL_SOCKET = 1
const SO_RCVBUFFORCE = 33
const CN_IDX_PROC = 1
const CN_VAL_PROC = 1
const NLMSG_DONE = 3
const PROC_CN_MCAST_LISTEN = 1
const HEADERS_BYTES = 16 + 20
const WHAT = { fork: 0x1, exec: 0x2, exit: 0x80000000 }

/** Room for what comes while nobody reads: some 30,000 processes. */
const RECEIVE_BYTES = 16 * 2 ** 20
const MOST_AT_ONCE = 20_000

/** Is told of the life of every process of the machine, in order. */
export interface ProcessEvents {
  onFork(child: number, parent: number): void
  onExec(pid: number): void
  onExit(pid: number): void
  /** events were lost: nothing that was told before is certain any more */
  onLost(): void
}

/**
 * Forks, execs and exits as the kernel tells them (the proc connector, Documentation/driver-api/connector.rst), so that it
 * is known whose a process was that is gone already. Needs the machine's own pid namespace, and
 * before Linux 6.6 CAP_NET_ADMIN.
 */
export class ProcConnector implements Disposable {
  readonly fd: number
  readonly #message = Buffer.alloc(4096)

  private constructor(fd: number) {
    this.fd = fd
  }

  /** null where the kernel does not tell, or not us */
  static open(): ProcConnector | null {
    const fd = socket(AF_NETLINK, SOCK_DGRAM_NONBLOCK_CLOEXEC, NETLINK_CONNECTOR)
    if (fd < 0) return null
    const connector = new ProcConnector(fd)
    if (connector.#listen()) return connector
    connector[Symbol.dispose]()
    return null
  }

  /** Tells what has come so far. @returns whether more may be there */
  read(events: ProcessEvents): boolean {
    for (let count = 0; count < MOST_AT_ONCE; count += 1) {
      const length = this.#receive(events)
      if (length === 0) return false
      if (length >= HEADERS_BYTES + 16) tell(this.#message.subarray(HEADERS_BYTES, length), events)
    }
    return true
  }

  [Symbol.dispose](): void {
    closeSync(this.fd)
  }

  /** The acknowledgement is delivered before the send returns; where it is missing, this process may not listen. */
  #listen(): boolean {
    const address = Buffer.alloc(12)
    address.writeUInt16LE(AF_NETLINK, 0)
    address.writeUInt32LE(CN_IDX_PROC, 8)
    const room = Buffer.alloc(4)
    room.writeInt32LE(RECEIVE_BYTES)
    setsockopt(this.fd, SOL_SOCKET, SO_RCVBUFFORCE, room, room.length)
    try {
      if (bind(this.fd, address, address.length) !== 0) return false
      writeSync(this.fd, request())
      const length = readSync(this.fd, this.#message)
      // What another listener is told comes here too, so the first message need not be the answer.
      return length >= HEADERS_BYTES + 4
    } catch {
      return false
    }
  }

  #receive(events: ProcessEvents): number {
    for (;;) {
      try {
        return readSync(this.fd, this.#message)
      } catch (error) {
        if (errnoOf(error) !== 'ENOBUFS') return 0
        events.onLost()
      }
    }
  }
}

/** struct nlmsghdr: length u32, type u16, flags u16, seq u32, pid u32; struct cn_msg: idx, val, seq, ack u32, length, flags u16. */
function request(): Buffer {
  const message = Buffer.alloc(HEADERS_BYTES + 4)
  message.writeUInt32LE(message.length, 0)
  message.writeUInt16LE(NLMSG_DONE, 4)
  message.writeUInt32LE(process.pid, 12)
  message.writeUInt32LE(CN_IDX_PROC, 16)
  message.writeUInt32LE(CN_VAL_PROC, 20)
  message.writeUInt16LE(4, 32)
  message.writeUInt32LE(PROC_CN_MCAST_LISTEN, HEADERS_BYTES)
  return message
}

/** struct proc_event: what u32, cpu u32, time u64, then pids i32; a thread has a pid of its own and its process's tgid. */
function tell(event: Buffer, events: ProcessEvents): void {
  const pid = (index: number): number => event.readInt32LE(16 + 4 * index)
  switch (event.readUInt32LE(0)) {
    case WHAT.fork:
      if (pid(2) === pid(3)) events.onFork(pid(3), pid(1))
      break
    case WHAT.exec:
      events.onExec(pid(1))
      break
    case WHAT.exit:
      if (pid(0) === pid(1)) events.onExit(pid(1))
  }
}
