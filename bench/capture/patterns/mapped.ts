import { closeSync, ftruncateSync, readFileSync, unlinkSync } from 'node:fs'
import { writeByAio } from '../kernel/aio.ts'
import { writeByIoUring } from '../kernel/io-uring.ts'
import { done, msync, poke } from '../kernel/libc.ts'
import { Mapping } from '../kernel/mapping.ts'
import type { Family, Pattern } from './pattern.ts'
import { readBack, type Site } from './site.ts'

/** `<sys/mman.h>`. */
const MS_SYNC = 4

/** The text is copied to memory that is a file's, by no call of the kernel. */
function mapped(name: string, how: string, then: (mapping: Mapping) => void): Pattern {
  return {
    name,
    how: `open(O_CREAT), ftruncate, mmap(MAP_SHARED), ${how}, munmap, close, unlink`,
    kind: 'disk',
    write(site) {
      const path = site.path()
      site.within(path, fd => {
        using mapping = mappingOf(fd, site)
        poke(mapping.at, site.content)
        then(mapping)
        site.held(() => readFileSync(path))
      })
      unlinkSync(path)
    },
  }
}

/** The text is given to the kernel as memory that it reads from when it likes. */
function queued(name: string, how: string, put: (fd: number, from: Mapping, bytes: number) => void): Pattern {
  return {
    name,
    how: `open(O_CREAT), ${how}, close, unlink`,
    kind: 'disk',
    write(site) {
      const path = site.path()
      using memory = Mapping.anonymous(site.content.length)
      poke(memory.at, site.content)
      site.within(path, fd => put(fd, memory, site.content.length))
      site.heldAndUnlinked(path)
    },
  }
}

function mappingOf(fd: number, { content }: Site): Mapping {
  ftruncateSync(fd, content.length)
  return Mapping.shared(fd, content.length)
}

export const mappedAndQueued: Family = {
  title: 'Files that are written without write(2)',
  patterns: [
    mapped('mmap', 'memcpy', () => undefined),
    mapped('mmap, msync', 'memcpy, msync(MS_SYNC)', ({ at, bytes }) => {
      done('msync', msync(at, bytes, MS_SYNC))
    }),
    {
      name: 'mmap after close',
      how: 'open(O_CREAT), ftruncate, mmap(MAP_SHARED), close, memcpy, munmap, unlink',
      kind: 'disk',
      write(site) {
        const path = site.path()
        const fd = site.create(path)
        using mapping = mappingOf(fd, site)
        closeSync(fd)
        poke(mapping.at, site.content)
        site.held(() => readFileSync(path))
        mapping[Symbol.dispose]()
        unlinkSync(path)
      },
    },
    {
      name: 'mmap of an unlinked file',
      how: 'open(O_CREAT), ftruncate, unlink, mmap(MAP_SHARED), memcpy, munmap, close',
      kind: 'disk',
      isNameless: true,
      write(site) {
        site.withinUnlinked(fd => {
          using mapping = mappingOf(fd, site)
          poke(mapping.at, site.content)
          site.held(() => readBack(fd, mapping.bytes))
        })
      },
    },
    queued('io_uring', 'io_uring_setup, IORING_OP_WRITE by io_uring_enter', writeByIoUring),
    queued('Linux aio', 'io_setup, IOCB_CMD_PWRITE by io_submit, io_getevents', writeByAio),
  ],
}
