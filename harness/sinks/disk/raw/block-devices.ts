import type { BigIntStats } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** `major:minor`, as sysfs and mountinfo name a device. */
export type DeviceNumber = string

/** Of makedev(3), as Linux packs it. */
export function deviceNumber(packed: bigint): DeviceNumber {
  const major = ((packed >> 8n) & 0xfffn) | ((packed >> 32n) & ~0xfffn)
  const minor = (packed & 0xffn) | ((packed >> 12n) & ~0xffn)
  return `${major}:${minor}`
}

/**
 * All devices whose bytes lie in a device or an image: itself, its partitions, what is stacked on them (LVM, RAID, dm-crypt), and
 * for an image the loop devices over it (sysfs: Documentation/ABI/stable/sysfs-block).
 */
export async function devicesOver(stats: BigIntStats): Promise<DeviceNumber[]> {
  const found = new Set<DeviceNumber>()
  const waiting = stats.isFile() ? await loopsOver(stats) : [deviceNumber(stats.rdev)]
  for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
    if (found.has(number)) continue
    found.add(number)
    waiting.push(...(await partsOf(number)))
  }
  return [...found]
}

/** How many sectors were written to the devices since they are there (Documentation/block/stat.rst). */
export async function sectorsWritten(numbers: readonly DeviceNumber[]): Promise<string> {
  const counts = await Promise.all(
    numbers.map(async number => (await text(`/sys/dev/block/${number}/stat`)).trim().split(/\s+/)[6] ?? '?'),
  )
  return counts.join(' ')
}

async function partsOf(number: DeviceNumber): Promise<DeviceNumber[]> {
  const folder = `/sys/dev/block/${number}`
  const entries = (await names(folder)).map(name => join(folder, name))
  const holders = (await names(join(folder, 'holders'))).map(name => join(folder, 'holders', name))
  const partitions = await Promise.all(
    entries.map(async entry => ((await text(join(entry, 'partition'))) === '' ? [] : [entry])),
  )
  const numbers = await Promise.all([...partitions.flat(), ...holders].map(entry => text(join(entry, 'dev'))))
  return numbers.map(one => one.trim()).filter(one => one !== '')
}

async function loopsOver(image: BigIntStats): Promise<DeviceNumber[]> {
  const loops = (await names('/sys/block')).filter(name => name.startsWith('loop'))
  const over = await Promise.all(
    loops.map(async loop => {
      const backing = (await text(`/sys/block/${loop}/loop/backing_file`)).replace(/\n$/, '')
      const stats = backing === '' ? null : await stat(backing, { bigint: true }).catch(() => null)
      return stats?.ino === image.ino && stats.dev === image.dev ? [await text(`/sys/block/${loop}/dev`)] : []
    }),
  )
  return over.flat().map(one => one.trim())
}

async function names(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}

async function text(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '')
}
