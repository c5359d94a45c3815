import { readFile, stat } from 'node:fs/promises'
import { unescapedPath } from '../escaped-path.ts'
import { type DeviceNumber, deviceNumber } from './block-devices.ts'

/** A file system that is mounted. */
export interface Mount {
  readonly device: DeviceNumber
  /** where it can be reached from here */
  readonly path: string
  readonly type: string
  /** such as `/dev/sda1` */
  readonly source: string
  readonly options: readonly string[]
}

/** Mounts of this process (proc_pid_mountinfo(5)); none on a system without /proc. */
export async function mounts(): Promise<Mount[]> {
  return parseMounts(await readFile('/proc/self/mountinfo', 'utf8').catch(() => ''))
}

/** Reads the lines of mountinfo: blanks in a path are `\040`, and an unknown number of fields stands before the `-`. */
export function parseMounts(mountinfo: string): Mount[] {
  return mountinfo.split('\n').flatMap(line => {
    const [front = '', back] = line.split(' - ')
    if (back === undefined) return []
    const [, , device = '', , path = '', options = ''] = front.split(' ')
    const [type = '', source = '', superOptions = ''] = back.split(' ')
    return [
      {
        device,
        path: unescapedPath(path),
        type,
        source: unescapedPath(source),
        options: [options, superOptions].join(',').split(','),
      },
    ]
  })
}

/** The mounts that can be written, of file systems on one of these devices; btrfs tells its device by the source alone. */
export async function mountsOn(devices: readonly DeviceNumber[]): Promise<Mount[]> {
  const found: Mount[] = []
  for (const mount of await mounts()) {
    if (mount.options.includes('ro')) continue
    const isOn =
      devices.includes(mount.device) ||
      (mount.source.startsWith('/dev/') && devices.includes(await numberOf(mount.source)))
    if (isOn) found.push(mount)
  }
  return found
}

async function numberOf(path: string): Promise<DeviceNumber> {
  const stats = await stat(path, { bigint: true }).catch(() => null)
  return stats === null ? '' : deviceNumber(stats.rdev)
}
