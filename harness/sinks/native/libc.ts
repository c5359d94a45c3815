import { getSystemErrorMessage, getSystemErrorName } from 'node:util'
import { type CLibrary, cLibrary } from './c-library.ts'

type Bytes = Uint8Array | null
/** A function as koffi makes it; what is declared here is checked by nobody else. */
interface Call<A extends readonly unknown[], R = number> {
  (...args: A): R
  async(...args: [...A, (error: unknown, result: R) => void]): void
}

/** What the C library answers with -1: like an error of `node:fs`, with the name of its errno as `code`. */
class SystemCallError extends Error {
  readonly code: string

  constructor(call: string, errno: number) {
    super(`${getSystemErrorName(-errno)}: ${getSystemErrorMessage(-errno)}, ${call}`)
    this.name = 'SystemCallError'
    this.code = getSystemErrorName(-errno)
  }
}

/**
 * The few functions of the C library that Node has no way to (man pages: llistxattr(2), lgetxattr(2), lseek(2), syncfs(2), ioctl(2),
 * mmap(2), madvise(2)). What may wait for a disk or a server runs beside the event loop. All throw an error with `code`.
 */
export class Libc {
  readonly #errno: () => number
  readonly #list: Call<[Uint8Array, Bytes, number]>
  readonly #get: Call<[Uint8Array, Uint8Array, Bytes, number]>
  readonly #seek: Call<[number, number, number]>
  readonly #sync: Call<[number]>
  readonly #ioctl: Call<[number, number, Uint8Array]>
  readonly #map: Call<[null, number, number, number, number, number], number | bigint>
  readonly #unmap: Call<[bigint, number]>
  readonly #advise: Call<[bigint, number, number]>
  readonly view: (address: bigint, bytes: number) => ArrayBuffer

  constructor({ functions: library, koffi }: CLibrary) {
    this.#errno = koffi.errno
    this.view = koffi.view
    this.#list = library.func('intptr_t llistxattr(const void *path, void *list, size_t size)')
    this.#get = library.func('intptr_t lgetxattr(const void *path, const void *name, void *value, size_t size)')
    this.#seek = library.func('int64 lseek(int fd, int64 offset, int whence)')
    this.#sync = library.func('int syncfs(int fd)')
    this.#ioctl = library.func('int ioctl(int fd, unsigned long request, void *argument)')
    this.#map = library.func('uintptr_t mmap(void *at, size_t bytes, int prot, int flags, int fd, int64 offset)')
    this.#unmap = library.func('int munmap(uintptr_t at, size_t bytes)')
    this.#advise = library.func('int madvise(uintptr_t at, size_t bytes, int advice)')
  }

  /** Names of extended attributes, each ended by a zero byte; returns how many bytes were written to `list`. */
  llistxattr(path: Uint8Array, list: Uint8Array): Promise<number> {
    return this.#beside('llistxattr', this.#list, [terminated(path), list, list.length])
  }

  lgetxattr(path: Uint8Array, name: Uint8Array, value: Uint8Array): Promise<number> {
    return this.#beside('lgetxattr', this.#get, [terminated(path), terminated(name), value, value.length])
  }

  /** The next offset of data (SEEK_DATA) or of a hole (SEEK_HOLE) at or after `offset`; moves the descriptor's offset. */
  lseek(fd: number, offset: number, whence: number): Promise<number> {
    return this.#beside('lseek', this.#seek, [fd, offset, whence])
  }

  /** Writes out what is held back of the file system that the descriptor is of. */
  syncfs(fd: number): Promise<number> {
    return this.#beside('syncfs', this.#sync, [fd])
  }

  /** Asks the file system or driver; the answer is written into `argument` (ioctl(2)). */
  ioctl(fd: number, request: number, argument: Uint8Array): Promise<number> {
    return this.#beside('ioctl', this.#ioctl, [fd, request, argument])
  }

  /** Private memory, zeroed; returns its address. */
  mmapAnonymous(bytes: number): bigint {
    const address = this.#map(null, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    if (BigInt.asIntN(64, BigInt(address)) === -1n) throw new SystemCallError('mmap', this.#errno())
    return BigInt(address)
  }

  madvise(address: bigint, bytes: number, advice: number): void {
    if (this.#advise(address, bytes, advice) === -1) throw new SystemCallError('madvise', this.#errno())
  }

  munmap(address: bigint, bytes: number): void {
    if (this.#unmap(address, bytes) === -1) throw new SystemCallError('munmap', this.#errno())
  }

  #beside<A extends readonly unknown[]>(name: string, call: Call<A>, args: A): Promise<number> {
    return new Promise((resolve, reject) => {
      call.async(...args, (error: unknown, result: number) => {
        if (error !== null) reject(error)
        else if (result === -1) reject(new SystemCallError(name, this.#errno()))
        else resolve(result)
      })
    })
  }
}

const PROT_READ = 1
const PROT_WRITE = 2
const MAP_PRIVATE = 2
const MAP_ANONYMOUS = 0x20

let made: Libc | null = null

/** The C library, or null where this platform has none that Lethe can call. */
export function libc(): Libc | null {
  const library = cLibrary()
  if (made === null && library !== null) made = new Libc(library)
  return made
}

function terminated(text: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(text.length + 1)
  bytes.set(text)
  return bytes
}
