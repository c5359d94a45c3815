import { closeSync, constants, fsyncSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { done, linkat } from '../kernel/libc.ts'
import type { Family } from './pattern.ts'
import { readBack, type Site } from './site.ts'

/** `<fcntl.h>`: __O_TMPFILE, which Node does not name. */
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY
const AT_FDCWD = -100
const AT_SYMLINK_FOLLOW = 0x400

export const unnamed: Family = {
  title: 'Files without a name',
  patterns: [
    {
      name: 'O_TMPFILE',
      how: 'open(O_TMPFILE), write, close: it never has a name',
      kind: 'disk',
      isNameless: true,
      write: site => withoutName(site, () => undefined),
    },
    {
      name: 'O_TMPFILE, fsync',
      how: 'open(O_TMPFILE), write, fsync, close',
      kind: 'disk',
      isNameless: true,
      write: site => withoutName(site, fsyncSync),
    },
    {
      name: 'O_TMPFILE, linked',
      how: 'open(O_TMPFILE), write, linkat of /proc/self/fd/N, close, unlink',
      kind: 'disk',
      write(site) {
        const fd = openWithoutName(site)
        const path = site.path()
        writeSync(fd, site.content)
        done('linkat', linkat(AT_FDCWD, `/proc/self/fd/${fd}`, AT_FDCWD, path, AT_SYMLINK_FOLLOW))
        closeSync(fd)
        site.heldAndUnlinked(path)
      },
    },
    {
      name: 'unlinked while open',
      how: 'open(O_CREAT), unlink, write, close',
      kind: 'disk',
      isNameless: true,
      write(site) {
        site.withinUnlinked(fd => {
          writeSync(fd, site.content)
          site.held(() => readBack(fd, site.content.length))
        })
      },
    },
    {
      name: 'unlinked, open until the end',
      how: 'open(O_CREAT), unlink, write: the process keeps it open',
      kind: 'disk',
      isNameless: true,
      write(site) {
        const path = site.path()
        const fd = site.create(path)
        unlinkSync(path)
        writeSync(fd, site.content)
        site.held(() => readBack(fd, site.content.length))
      },
    },
  ],
}

function withoutName(site: Site, then: (fd: number) => void): void {
  const fd = openWithoutName(site)
  try {
    writeSync(fd, site.content)
    then(fd)
    site.held(() => readBack(fd, site.content.length))
  } finally {
    closeSync(fd)
  }
}

function openWithoutName({ folder }: Site): number {
  return openSync(folder, O_TMPFILE | constants.O_RDWR, 0o600)
}
