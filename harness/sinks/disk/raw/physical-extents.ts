import { Buffer } from 'node:buffer'
import { type BigIntStats, constants } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { reasonOf } from '../../../model/error.ts'
import { libc } from '../../native/libc.ts'
import { deviceNumber } from './block-devices.ts'
import type { Extent } from './extents.ts'

/** Where a file lies on the block device below its file system; offsets are those of the device. */
export interface PhysicalExtents {
  /** such as `/dev/sda1` */
  readonly device: string
  readonly extents: readonly Extent[]
  /** some were never written through the file, which shows zeros there whatever they hold (`fallocate`) */
  readonly isPreallocated: boolean
}

/** FS_IOC_FIEMAP and its structures (Documentation/filesystems/fiemap.rst). */
const FIEMAP = 0xc020660b
const HEADER_BYTES = 32
const EXTENT_BYTES = 56
const EXTENTS_AT_ONCE = 512
const MOST_EXTENTS = 1_000_000
const LAST = 0x1
const UNWRITTEN = 0x800
/** not allocated yet, unknown, compressed, encrypted, or not in blocks of its own: the device does not show it as it is */
const UNREADABLE = 0x2 | 0x4 | 0x8 | 0x80 | 0x100 | 0x200 | 0x400

/** The extents of a file on its device, those too that it does not show as written; or why they cannot be told. */
export async function physicalExtents(
  path: string,
  stats: BigIntStats,
): Promise<PhysicalExtents | { readonly unknown: string }> {
  const device = await deviceOf(stats)
  if (device === null) return { unknown: 'its file system does not lie on one block device' }
  try {
    return { device, ...(await mapped(path)) }
  } catch (error) {
    return { unknown: reasonOf(error) }
  }
}

async function deviceOf({ dev }: BigIntStats): Promise<string | null> {
  const uevent = await readFile(`/sys/dev/block/${deviceNumber(dev)}/uevent`, 'utf8').catch(() => '')
  const name = /^DEVNAME=(.+)$/m.exec(uevent)?.[1]
  return name === undefined ? null : `/dev/${name}`
}

async function mapped(path: string): Promise<Omit<PhysicalExtents, 'device'>> {
  const library = libc()
  if (library === null) throw new Error('no C library can be called here')
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const extents: Extent[] = []
    let isPreallocated = false
    let from = 0n
    for (let isLast = false; !isLast; ) {
      const answer = request(from)
      await library.ioctl(handle.fd, FIEMAP, answer)
      const count = answer.readUInt32LE(20)
      if (count === 0) break
      for (let index = 0; index < count; index++) {
        const at = HEADER_BYTES + index * EXTENT_BYTES
        const [logical, start, length] = [0, 8, 16].map(field => answer.readBigUInt64LE(at + field)) as [
          bigint,
          bigint,
          bigint,
        ]
        const flags = answer.readUInt32LE(at + 40)
        if ((flags & UNREADABLE) !== 0) throw new Error('parts of it lie in no blocks of their own')
        extents.push({ start: Number(start), end: Number(start + length) })
        from = logical + length
        isPreallocated ||= (flags & UNWRITTEN) !== 0
        isLast = (flags & LAST) !== 0
      }
      if (extents.length > MOST_EXTENTS) throw new Error(`it lies in more than ${MOST_EXTENTS} pieces`)
    }
    return { extents, isPreallocated }
  } finally {
    await handle.close()
  }
}

function request(from: bigint): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + EXTENTS_AT_ONCE * EXTENT_BYTES)
  bytes.writeBigUInt64LE(from, 0)
  bytes.writeBigUInt64LE(2n ** 63n - 1n - from, 8)
  bytes.writeUInt32LE(EXTENTS_AT_ONCE, 24)
  return bytes
}
