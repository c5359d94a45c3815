import { Buffer } from 'node:buffer'
import { lstat, type Stats } from 'node:fs'
import { readlink, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { StraceCall, StraceFile } from './strace-calls.ts'

const MOST_KNOWN = 1000
const MOST_DOUBTED = 1000
/** file types of mknod(2) whose bytes are kept nowhere */
const SPECIAL = /\bS_IF(IFO|CHR|SOCK)\b/

/**
 * Which paths are FIFOs and the like, whose bytes go to a reader and to no disk. Known by the calls that made them, since they
 * may be gone when they are asked for; of what was there before, by what is there now. Whatever is in doubt counts as a file.
 */
export class SpecialFiles {
  /** made in sight, and not replaced since; paths as latin1, so that no byte is lost */
  readonly #made = new Set<string>()
  /** made in sight and unlinked, and no file of that name opened for creation since */
  readonly #unlinked = new Set<string>()
  /** taken to be special because of what stood there when it was looked up */
  readonly #lookedUp = new Set<string>()
  readonly #onDoubt: (path: Buffer, reason: string) => Promise<void>

  /** @param onDoubt told of a path whose bytes were passed over, and perhaps wrongly */
  constructor(onDoubt: (path: Buffer, reason: string) => Promise<void>) {
    this.#onDoubt = onDoubt
  }

  /** Whether what is written there comes to rest nowhere. */
  async has({ path, isUnlinked }: StraceFile): Promise<boolean> {
    const key = path.toString('latin1')
    if (isUnlinked) return this.#unlinked.has(key)
    const stats = await statsOf(path)
    if (stats === null) return this.#made.has(key)
    if (!stats.isFIFO() && !stats.isCharacterDevice() && !stats.isSocket()) return false
    if (!this.#made.has(key)) await this.#take(path, key)
    return true
  }

  /** Follows what becomes of names, in the order of the calls. */
  async follow(call: StraceCall): Promise<void> {
    if (call.name.startsWith('mknod')) await this.#onMade(call)
    else if (call.name.startsWith('unlink')) this.#onUnlinked(call)
    else if (call.name.startsWith('rename') || call.name.startsWith('link')) this.#forget()
    else if (call.opened !== null && call.text.includes('O_CREAT')) this.#onCreated(call.opened)
  }

  async #onMade({ pid, files, strings, text }: StraceCall): Promise<void> {
    const [path] = strings
    if (path === undefined || !SPECIAL.test(text)) return
    const key = await wholePath(path, files[0]?.path ?? null, pid)
    if (key === null) return
    if (this.#lookedUp.delete(key)) {
      await this.#onDoubt(Buffer.from(key, 'latin1'), 'a pipe took its place before it was known what it was')
    }
    if (this.#made.size >= MOST_KNOWN) this.#made.clear()
    this.#made.add(key)
    this.#unlinked.delete(key)
  }

  /** All of that name, in whichever folder: where one is taken for another, it counts as a file. */
  #onUnlinked({ strings }: StraceCall): void {
    const name = basename(strings[0]?.toString('latin1') ?? '')
    for (const key of this.#made) {
      if (basename(key) !== name) continue
      this.#made.delete(key)
      if (this.#unlinked.size >= MOST_KNOWN) this.#unlinked.clear()
      this.#unlinked.add(key)
    }
  }

  /** One that was unlinked is no longer the only thing of its name that may still be open. */
  #onCreated(path: Buffer): void {
    this.#unlinked.delete(path.toString('latin1'))
  }

  /** Folders may have been renamed, or a file may have come in its place. */
  #forget(): void {
    this.#made.clear()
    this.#unlinked.clear()
  }

  async #take(path: Buffer, key: string): Promise<void> {
    if (this.#lookedUp.has(key)) return
    if (this.#lookedUp.size < MOST_DOUBTED) this.#lookedUp.add(key)
    else await this.#onDoubt(path, 'more pipes than can be followed')
  }
}

/** Null where nothing is there. By the callback: most are gone, and a promise would make a stack trace for each. */
function statsOf(path: Buffer): Promise<Stats | null> {
  return new Promise(resolve => {
    lstat(path, (error, stats) => resolve(error === null ? stats : null))
  })
}

/** As the kernel calls it, in latin1: links of its folder resolved. null where nobody knows the folder any more. */
async function wholePath(path: Buffer, folder: Buffer | null, pid: number): Promise<string | null> {
  const text = path.toString('latin1')
  const base = text.startsWith('/') ? '/' : (folder?.toString('latin1') ?? (await workingFolder(pid)))
  if (base === null) return null
  const whole = join(base, text)
  const resolved = await realpath(Buffer.from(dirname(whole), 'latin1'), 'buffer').catch(() => null)
  return join(resolved?.toString('latin1') ?? dirname(whole), basename(whole))
}

async function workingFolder(pid: number): Promise<string | null> {
  const folder = await readlink(`/proc/${pid}/cwd`, 'buffer').catch(() => null)
  return folder?.toString('latin1') ?? null
}
