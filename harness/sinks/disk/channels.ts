import { access, constants, open as openFile, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LetheError, reasonOf } from '../../model/error.ts'
import { type Channel, closed, open } from '../channel.ts'
import { libc } from '../native/libc.ts'
import { coreDumps, isKeptInJournal } from './dumps/core-pattern.ts'
import { RawSource } from './raw/raw-source.ts'
import { swapAreas } from './swap/swap-areas.ts'

/** CAP_SYS_ADMIN (capabilities(7)): mounts, and the mapped files of other processes. */
const SYS_ADMIN = 1n << 21n
/** Devices of the kernel's own making: nothing of a deployment rests on them. */
const VIRTUAL = /^(loop|ram|zram|nbd|fd|sr)\d/

/** What of "what stayed on the disk" can be seen from here. Opens and closes; changes nothing. */
export async function diskChannels(): Promise<Channel[]> {
  return [await deleted(), await raw(), await swap(), await dumps(), await forensic()]
}

async function deleted(): Promise<Channel> {
  const id = 'disk.deleted'
  const tier = (await mayAdminister()) ? 'T1' : 'T0'
  const isThere = await readdir('/proc/self/fd').then(
    () => true,
    () => false,
  )
  if (!isThere)
    return closed(id, tier, 'there is no /proc/PID/fd on this system', 'Run Lethe on Linux, with /proc mounted.')
  if (await onPath('cat')) return open(id, tier)
  return closed(id, tier, 'there is no `cat` to hold the control', 'apt-get install coreutils')
}

async function raw(): Promise<Channel> {
  const devices = (await readdir('/sys/block').catch(() => [])).filter(name => !VIRTUAL.test(name))
  const reasons: string[] = []
  for (const name of devices) {
    const reason = await refusalOf(`/dev/${name.replaceAll('!', '/')}`)
    if (reason === null) return open('disk.raw', 'T1')
    reasons.push(reason)
  }
  return closed(
    'disk.raw',
    'T1',
    reasons[0] ?? 'this system shows no block device',
    'Run Lethe as root where the devices are (docker run --device /dev/sda:/dev/sda:r); an image of one, such as that of disk: forensic, can be read all the same.',
  )
}

async function swap(): Promise<Channel> {
  const areas = await swapAreas().catch(() => null)
  if (areas === null) return closed('disk.swap', 'T1', 'there is no /proc/swaps on this system', 'Run Lethe on Linux.')
  if (libc() === null) {
    return closed('disk.swap', 'T1', 'koffi has no build for this platform', 'Run Lethe on x64 or arm64.')
  }
  for (const area of areas) {
    const reason = await refusalOf(area)
    if (reason !== null)
      return closed('disk.swap', 'T1', reason, 'Run Lethe as root, outside of a container, or swapoff.')
  }
  return open('disk.swap', 'T1')
}

async function dumps(): Promise<Channel> {
  const kernel = await coreDumps()
  if (kernel === null) {
    return closed('disk.dumps', 'T0', 'this system does not tell where core dumps go', 'Run Lethe on Linux.')
  }
  if (kernel.kind === 'program' && kernel.folders === null) {
    return closed(
      'disk.dumps',
      'T1',
      `core dumps go to a program: ${kernel.pattern}`,
      'sysctl kernel.core_pattern=core',
    )
  }
  if (kernel.pattern.includes('systemd-coredump') && (await isKeptInJournal())) {
    return closed(
      'disk.dumps',
      'T1',
      'systemd-coredump keeps core dumps in the journal',
      'Set Storage=external in /etc/systemd/coredump.conf.',
    )
  }
  return open('disk.dumps', kernel.kind === 'program' ? 'T1' : 'T0')
}

async function forensic(): Promise<Channel> {
  const id = 'disk.forensic'
  if (process.getuid?.() !== 0 || !(await mayAdminister())) {
    return closed(
      id,
      'T1',
      'it needs root with CAP_SYS_ADMIN, to mount',
      'Run Lethe as root (docker run --privileged).',
    )
  }
  for (const [program, packaged] of [
    ['mkfs.ext4', 'e2fsprogs'],
    ['mount', 'mount'],
  ] as const) {
    if (!(await onPath(program))) return closed(id, 'T1', `there is no ${program} here`, `apt-get install ${packaged}`)
  }
  const reason = await refusalOf('/dev/loop-control')
  return reason === null ? open(id, 'T1') : closed(id, 'T1', reason, 'modprobe loop (docker run --privileged)')
}

/** Why something cannot be opened for reading, or null. */
async function refusalOf(path: string): Promise<string | null> {
  try {
    if (path === '/dev/loop-control') await (await openFile(path, 'r')).close()
    else await (await RawSource.open(path))[Symbol.asyncDispose]()
    return null
  } catch (error) {
    return error instanceof LetheError ? error.message : reasonOf(error)
  }
}

async function mayAdminister(): Promise<boolean> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1]
  return effective !== undefined && (BigInt(`0x${effective}`) & SYS_ADMIN) !== 0n
}

async function onPath(program: string): Promise<boolean> {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin', '/usr/bin', '/bin']
  const tried = await Promise.all(
    folders.map(folder =>
      access(join(folder, program), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  )
  return tried.includes(true)
}
