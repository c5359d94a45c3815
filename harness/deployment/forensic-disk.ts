import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, open, readdir, readFile, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { LetheError, reasonOf } from '../model/error.ts'

const run = promisify(execFile)

const MIB = 1024 * 1024
/** Of the file system: the more of it is journal, the longer what was written stays there. It must be less than half. */
const JOURNAL_SHARE = 0.4
/** What tmpfs needs besides the image. */
const ROOM_BYTES = 4 * MIB
const STEP_MS = 60_000
const ENDED_WITHIN_MS = 10_000
/** Every write goes to the journal, with its content, before it returns; what is deleted is left as it lies (ext4(5)). */
const MOUNT_OPTIONS = 'loop,data=journal,sync,nodiscard,noatime'
const NAME = /^lethe-disk-(\d+)-(\d+)-/

/**
 * Ends what still runs there, then unmounts; what is in use is unmounted once it is not any more. Waits for the end of its input,
 * which comes with the end of Lethe, however that comes; the last line of it is the process group of the deployment, or nothing.
 */
const WATCHDOG = `while read -r line; do group=$line; done
[ -z "$group" ] || kill -KILL "-$group"
umount -R "$1" || umount -R -l "$1"
rmdir "$1"`

/**
 * A file system in memory for the fresh folder of a deployment that keeps what was once written: ext4 with a journal of all
 * content, synchronous, without discard, on an image in a tmpfs of its own. Nothing of it outlives Lethe: a process of its own
 * takes it back when Lethe is killed, and the next start when that was killed too.
 */
export class ForensicDisk implements AsyncDisposable {
  /** for the sink that reads it raw */
  readonly image: string
  /** where it is mounted; mode 0700 */
  readonly root: string
  readonly #folder: string
  readonly #watchdog: ChildProcess
  #isGone = false

  private constructor(folder: string, watchdog: ChildProcess) {
    this.#folder = folder
    this.#watchdog = watchdog
    this.image = join(folder, 'image')
    this.root = join(folder, 'root')
  }

  /** @throws LetheError DEPLOYMENT_START where this needs rights or programs that are not there, with the mend */
  static async create(mebibytes: number): Promise<ForensicDisk> {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) {
      throw refused('it needs root on Linux', 'Run Lethe as root, or leave "disk" out.')
    }
    await removeAbandoned()
    const folder = await mkdtemp(join(tmpdir(), `lethe-disk-${process.pid}-${(await startOf(process.pid)) ?? 0}-`))
    const disk = new ForensicDisk(folder, startWatchdog(folder))
    try {
      await disk.#make(mebibytes)
      return disk
    } catch (error) {
      await disk[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Tells which process group is ended when Lethe is killed, or null for none any more. */
  inUseBy(group: number | null): void {
    this.#watchdog.stdin?.write(`${group ?? ''}\n`)
  }

  /** Unmounts and removes it. Idempotent. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isGone) return
    this.#isGone = true
    await unmount(this.#folder)
    this.#watchdog.stdin?.end('\n')
    if (this.#watchdog.exitCode === null && this.#watchdog.signalCode === null) {
      this.#watchdog.ref()
      await once(this.#watchdog, 'exit', { signal: AbortSignal.timeout(ENDED_WITHIN_MS) }).catch(() => {})
    }
  }

  async #make(mebibytes: number): Promise<void> {
    const bytes = mebibytes * MIB
    await step('mount', '-t', 'tmpfs', '-o', `size=${bytes + ROOM_BYTES},mode=0700`, 'lethe-disk', this.#folder)
    const handle = await open(this.image, 'wx', 0o600)
    await handle.truncate(bytes)
    await handle.close()
    const journal = `size=${Math.floor(mebibytes * JOURNAL_SHARE)}`
    // Inodes are written now: written later, by the kernel on its own, they would look like data that comes in.
    await step(
      'mkfs.ext4',
      '-q',
      '-F',
      '-b',
      '4096',
      '-m',
      '0',
      '-J',
      journal,
      '-E',
      'nodiscard,lazy_itable_init=0',
      this.image,
    )
    await mkdir(this.root)
    await step('mount', '-t', 'ext4', '-o', MOUNT_OPTIONS, this.image, this.root)
    await chmod(this.root, 0o700)
  }
}

/** Takes back the disks of a Lethe that is gone together with its watchdog; only those, by their name. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [, pid, start] = NAME.exec(name) ?? []
    if (pid !== undefined && (await startOf(Number(pid))) !== start) await unmount(join(tmpdir(), name))
  }
}

/** Unmounts the folder with all below, at once or, where it is in use, once it is not; then removes it. Never throws. */
async function unmount(folder: string): Promise<void> {
  const options = { timeout: STEP_MS, env: environment() }
  await run('umount', ['-R', folder], options)
    .catch(() => run('umount', ['-R', '-l', folder], options))
    .catch(() => {})
  await rmdir(folder).catch(() => {})
}

function startWatchdog(folder: string): ChildProcess {
  const watchdog = spawn('/bin/sh', ['-c', WATCHDOG, 'lethe-disk-watchdog', folder], {
    // A session of its own: Ctrl-C is for Lethe, which gives the disk back itself.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: environment(),
  })
  watchdog.on('error', () => {})
  watchdog.stdin?.on('error', () => {})
  watchdog.unref()
  return watchdog
}

async function step(program: string, ...args: readonly string[]): Promise<void> {
  try {
    await run(program, args, { timeout: STEP_MS, env: environment() })
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (isMissing) throw refused(`there is no ${program} here`, 'apt-get install e2fsprogs mount, or leave "disk" out.')
    throw refused(
      reasonOf(error),
      'Give Lethe CAP_SYS_ADMIN and /dev/loop-control (docker run --privileged), or leave "disk" out.',
    )
  }
}

/** Programs of the system are not on everybody's PATH. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin`, LC_ALL: 'C' }
}

/** When a process was started, in clock ticks since the machine was (proc_pid_stat(5)): a pid is used again, with another start. */
async function startOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => null)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
}

function refused(why: string, mend: string): LetheError {
  return new LetheError('DEPLOYMENT_START', `Cannot make a forensic disk for the deployment: ${why}.`, mend)
}
