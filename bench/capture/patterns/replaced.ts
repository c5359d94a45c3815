import { fsyncSync, ftruncateSync, readFileSync, renameSync, unlinkSync, writeFileSync, writeSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { done, fallocate } from '../kernel/libc.ts'
import type { Family, Pattern } from './pattern.ts'
import type { Site } from './site.ts'

/** `<linux/falloc.h>`. */
const KEEP_SIZE = 1
const PUNCH_HOLE = 2

/** A file that stays, and whose text is taken back by `erase` while it is open. */
function erased(name: string, how: string, erase: (fd: number, site: Site) => void, prepare = noMore): Pattern {
  return {
    name,
    how: `open(O_CREAT), write, ${how}, close`,
    kind: 'disk',
    write(site) {
      const path = site.path()
      site.within(path, fd => {
        writeSync(fd, site.content)
        prepare(fd)
        site.held(() => readFileSync(path))
        erase(fd, site)
      })
    },
  }
}

function noMore(_: number): void {}

export const replaced: Family = {
  title: 'Files whose text is replaced',
  patterns: [
    erased('truncated', 'ftruncate to 0', fd => ftruncateSync(fd, 0)),
    erased('truncated after fsync', 'fsync, ftruncate to 0', fd => ftruncateSync(fd, 0), fsyncSync),
    erased('hole punched', 'fallocate(FALLOC_FL_PUNCH_HOLE) over the text', (fd, { content }) => {
      done('fallocate', fallocate(fd, PUNCH_HOLE | KEEP_SIZE, 0, content.length))
    }),
    erased('overwritten', 'pwrite of zeros over the text', (fd, { content }) => {
      writeSync(fd, Buffer.alloc(content.length), 0, content.length, 0)
    }),
    {
      name: 'renamed over',
      how: 'open(O_CREAT), write, close, rename; then another file without the text, renamed over it',
      kind: 'disk',
      write(site) {
        const [path, other] = [site.path(), site.path()]
        writeFileSync(other, site.content)
        renameSync(other, path)
        site.held(() => readFileSync(path))
        writeFileSync(other, 'nothing\n')
        renameSync(other, path)
      },
    },
    {
      name: 'log, rotated and gzipped at once',
      how: 'append to a log, rename, gzip of the renamed, unlink of the renamed, unlink of the gzip',
      kind: 'disk',
      write(site) {
        const log = site.path()
        writeFileSync(log, site.content, { flag: 'a' })
        renameSync(log, `${log}.1`)
        writeFileSync(`${log}.1.gz`, gzipSync(readFileSync(`${log}.1`)))
        unlinkSync(`${log}.1`)
        site.held(() => gunzipSync(readFileSync(`${log}.1.gz`)))
        unlinkSync(`${log}.1.gz`)
      },
    },
  ],
}
