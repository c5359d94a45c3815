import type { Buffer } from 'node:buffer'
import { LetheError } from '../../model/error.ts'
import { cLibrary } from './c-library.ts'

/**
 * What a process that watches others needs of the kernel. What fails returns -1; `errno` then says why. It cannot be loaded where
 * there is no C library: only such a process does.
 */
const { functions: libc, koffi } = required()

/** The number of the last failure (errno(3)). */
export const errno = (): number => koffi.errno()

/** fanotify_init(2) */
export const fanotifyInit = libc.func('int fanotify_init(unsigned int flags, unsigned int event_f_flags)') as (
  flags: number,
  eventFlags: number,
) => number

/** fanotify_mark(2) */
export const fanotifyMark = libc.func(
  'int fanotify_mark(int fd, unsigned int flags, uint64_t mask, int dirfd, const char *path)',
) as (fd: number, flags: number, mask: number, folder: number, path: string) => number

/** socket(2) */
export const socket = libc.func('int socket(int domain, int type, int protocol)') as (
  domain: number,
  type: number,
  protocol: number,
) => number

/** bind(2) */
export const bind = libc.func('int bind(int fd, const void *address, unsigned int length)') as (
  fd: number,
  address: Buffer,
  length: number,
) => number

/** setsockopt(2) */
export const setsockopt = libc.func(
  'int setsockopt(int fd, int level, int name, const void *value, unsigned int length)',
) as (fd: number, level: number, name: number, value: Buffer, length: number) => number

/** lseek(2) */
export const lseek = libc.func('int64_t lseek(int fd, int64_t offset, int whence)') as (
  fd: number,
  offset: number,
  whence: number,
) => number

/** poll(2), in another thread */
export const poll = libc.func('int poll(void *fds, unsigned long count, int timeout)').async as (
  fds: Buffer,
  count: number,
  timeout: number,
  done: (error: unknown, ready: number) => void,
) => void

function required() {
  const library = cLibrary()
  if (library !== null) return library
  throw new LetheError(
    'SINK_UNREACHABLE',
    'koffi has no build for this platform.',
    'Run Lethe on Linux, on x64 or arm64.',
  )
}
