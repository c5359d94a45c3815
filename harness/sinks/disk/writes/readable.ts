import { Buffer } from 'node:buffer'
import { poll } from '../../native/notification.ts'

const ENTRY_BYTES = 8
const POLLIN = 1

/**
 * Settles when one of the descriptors has something to read, or after `within` milliseconds: a read that blocked instead
 * could not be ended, and would keep the process from its exit. poll(2): an entry is fd i32, events i16, revents i16.
 */
export function readable(fds: readonly number[], within: number): Promise<void> {
  const entries = Buffer.alloc(fds.length * ENTRY_BYTES)
  fds.forEach((fd, index) => {
    entries.writeInt32LE(fd, index * ENTRY_BYTES)
    entries.writeInt16LE(POLLIN, index * ENTRY_BYTES + 4)
  })
  return new Promise(resolve => poll(entries, fds.length, within, () => resolve()))
}
