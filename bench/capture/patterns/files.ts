import {
  appendFileSync,
  constants,
  fsyncSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  unlinkSync,
  writeFileSync,
  writeSync,
  writevSync,
} from 'node:fs'
import { join } from 'node:path'
import { done, poke, write } from '../kernel/libc.ts'
import { Mapping } from '../kernel/mapping.ts'
import type { Family, Pattern } from './pattern.ts'
import type { Site } from './site.ts'

const FAR = 64 * 2 ** 20
const LARGE_BYTES = 4 * 2 ** 20

/** A file that is created, written by `put`, closed, held and removed. */
function created(name: string, how: string, put: (fd: number, site: Site) => void, flags = 0): Pattern {
  return {
    name,
    how: `open(O_CREAT), ${how}, close, unlink`,
    kind: 'disk',
    write(site) {
      const path = site.path()
      site.within(path, fd => put(fd, site), flags)
      site.heldAndUnlinked(path)
    },
  }
}

export const files: Family = {
  title: 'Files that are removed',
  patterns: [
    created('create, unlink', 'write', (fd, { content }) => {
      writeSync(fd, content)
    }),
    created('create, fsync, unlink', 'write, fsync', (fd, { content }) => {
      writeSync(fd, content)
      fsyncSync(fd)
    }),
    created('two writes', 'write of the first half of the text, write of the rest', (fd, { content, canary }) => {
      const half = content.indexOf(canary) + canary.length / 2
      writeSync(fd, content.subarray(0, half))
      writeSync(fd, content.subarray(half))
    }),
    created('a byte at a time', 'a write for each byte of the text', (fd, { canary }) => {
      for (const byte of canary) writeSync(fd, Uint8Array.of(byte))
    }),
    created('writev', 'writev', (fd, { content }) => {
      writevSync(fd, [Buffer.from('prompt: '), content])
    }),
    created('pwritev', 'pwritev at byte 1000', (fd, { content }) => {
      writevSync(fd, [Buffer.from('prompt: '), content], 1000)
    }),
    created('sparse, far offset', 'pwrite at 64 MiB', (fd, { content }) => {
      writeSync(fd, content, 0, content.length, FAR)
    }),
    created('a large file', 'write of 4 MiB with the text in their middle', (fd, { content }) => {
      const large = Buffer.alloc(LARGE_BYTES, '.')
      content.copy(large, LARGE_BYTES / 2)
      writeSync(fd, large)
      large.fill(0)
    }),
    {
      name: 'O_SYNC append',
      how: 'open(O_CREAT|O_APPEND|O_SYNC), write, close, unlink',
      kind: 'disk',
      write(site) {
        const path = site.path()
        writeFileSync(path, 'a line before\n')
        appendFileSync(path, site.content, { flag: 'as' })
        site.heldAndUnlinked(path)
      },
    },
    {
      name: 'O_DIRECT',
      how: 'open(O_CREAT|O_DIRECT), write of a page that begins at a page, close, unlink',
      kind: 'disk',
      write(site) {
        const path = site.path()
        writeDirectly(path, site)
        site.heldAndUnlinked(path)
      },
    },
    {
      name: 'hard link, both unlinked',
      how: 'open(O_CREAT), write, close, link, unlink of the first name, unlink of the second',
      kind: 'disk',
      write(site) {
        const [first, second] = [site.path(), site.path()]
        writeFileSync(first, site.content)
        linkSync(first, second)
        unlinkSync(first)
        site.heldAndUnlinked(second)
      },
    },
    {
      name: 'in a folder of its own',
      how: 'mkdir, open(O_CREAT), write, close, unlink, rmdir',
      kind: 'disk',
      write(site) {
        const folder = site.path()
        mkdirSync(folder)
        const path = join(folder, 'body')
        writeFileSync(path, site.content)
        site.heldAndUnlinked(path)
        rmdirSync(folder)
      },
    },
    {
      name: 'stays',
      how: 'open(O_CREAT), write, close: nobody removes it',
      kind: 'disk',
      write(site) {
        const path = site.path()
        writeFileSync(path, site.content)
        site.held(() => readFileSync(path))
      },
    },
  ],
}

/** The memory must begin at a sector of the device, which a page does. */
function writeDirectly(path: string, site: Site): void {
  const { length } = site.content
  using page = Mapping.anonymous(length)
  poke(page.at, site.content)
  const put = (fd: number): void => {
    done('write to a file with O_DIRECT', write(fd, page.at, length))
  }
  site.within(path, put, constants.O_DIRECT)
}
