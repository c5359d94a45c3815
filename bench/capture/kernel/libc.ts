import { getSystemErrorName } from 'node:util'
import koffi from 'koffi'

/** An address of this process; 0 is NULL. */
export type Address = bigint
/** What the kernel reads from or writes to. */
export type Memory = Uint8Array | Address | null

const libc = koffi.load('libc.so.6')

type Call<Args extends unknown[], Result = number> = (...args: Args) => Result

/** Wrappers of glibc, each as its page in section 2 or 3 of the Linux man-pages has it; −1 is an error, its number is `errno`. */
const memcpy: Call<[to: Memory, from: Memory, bytes: number], Address> = libc.func(
  'void *memcpy(void *to, const void *from, size_t bytes)',
)
export const linkat: Call<[folder: number, path: string, otherFolder: number, other: string, flags: number]> =
  libc.func('int linkat(int folder, const char *path, int otherFolder, const char *other, int flags)')
export const write: Call<[fd: number, from: Memory, bytes: number]> = libc.func(
  'int64_t write(int fd, const void *from, size_t bytes)',
)
export const fallocate: Call<[fd: number, mode: number, offset: number, bytes: number]> = libc.func(
  'int fallocate(int fd, int mode, int64_t offset, int64_t bytes)',
)
export const memfdCreate: Call<[name: string, flags: number]> = libc.func(
  'int memfd_create(const char *name, unsigned int flags)',
)
export const shmOpen: Call<[name: string, flags: number, mode: number]> = libc.func(
  'int shm_open(const char *name, int flags, unsigned int mode)',
)
export const shmUnlink: Call<[name: string]> = libc.func('int shm_unlink(const char *name)')
export const pipe: Call<[ends: Int32Array]> = libc.func('int pipe(_Out_ int *ends)')
export const splice: Call<[from: number, at: null, to: number, offset: null, bytes: number, flags: number]> = libc.func(
  'int64_t splice(int from, void *at, int to, void *offset, size_t bytes, unsigned int flags)',
)
export const tee: Call<[from: number, to: number, bytes: number, flags: number]> = libc.func(
  'int64_t tee(int from, int to, size_t bytes, unsigned int flags)',
)
export const vmsplice: Call<[fd: number, vector: Memory, count: number, flags: number]> = libc.func(
  'int64_t vmsplice(int fd, const void *vector, size_t count, unsigned int flags)',
)
export const sendfile: Call<[to: number, from: number, offset: Memory, bytes: number]> = libc.func(
  'int64_t sendfile(int to, int from, void *offset, size_t bytes)',
)
export const copyFileRange: Call<[from: number, at: Memory, to: number, offset: Memory, bytes: number, flags: number]> =
  libc.func('int64_t copy_file_range(int from, void *at, int to, void *offset, size_t bytes, unsigned int flags)')
export const setxattr: Call<[path: string, name: string, value: Memory, bytes: number, flags: number]> = libc.func(
  'int setxattr(const char *path, const char *name, const void *value, size_t bytes, int flags)',
)
export const getxattr: Call<[path: string, name: string, value: Memory, bytes: number]> = libc.func(
  'int64_t getxattr(const char *path, const char *name, void *value, size_t bytes)',
)
export const mmap: Call<
  [at: null, bytes: number, protection: number, flags: number, fd: number, offset: number],
  Address
> = libc.func('void *mmap(void *at, size_t bytes, int protection, int flags, int fd, int64_t offset)')
export const munmap: Call<[at: Address, bytes: number]> = libc.func('int munmap(void *at, size_t bytes)')
export const msync: Call<[at: Address, bytes: number, flags: number]> = libc.func(
  'int msync(void *at, size_t bytes, int flags)',
)
const syscall6: Call<[number: number, ...Six]> = libc.func('syscall', 'long', ['long', ...Array(6).fill('long')])

type Word = number | Address
type Six = [Word, Word, Word, Word, Word, Word]

/** syscall(2), for what glibc has no wrapper of. Memory is given by its address. @throws Refused */
export function syscall(what: string, number: number, ...words: Word[]): number {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = words
  return done(what, syscall6(number, a, b, c, d, e, f))
}

/** What was asked of the kernel was refused by it: the pattern cannot take place here. */
export class Refused extends Error {
  /** @param errno of the call, where a call was refused */
  constructor(what: string, errno?: number) {
    super(errno === undefined ? what : `${what}: ${getSystemErrorName(-errno)}`)
    this.name = 'Refused'
  }
}

/** A result that is no error. @throws Refused */
export function done(what: string, result: number): number {
  if (result < 0) throw new Refused(what, koffi.errno())
  return result
}

/** Copies bytes to an address. */
export function poke(to: Address, bytes: Uint8Array): void {
  memcpy(to, bytes, bytes.length)
}

/** A copy of the bytes at an address. */
export function peek(from: Address, bytes: number): Buffer {
  const copy = Buffer.alloc(bytes)
  memcpy(copy, from, bytes)
  return copy
}
