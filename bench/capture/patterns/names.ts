import { closeSync, mkdirSync, readdirSync, readlinkSync, rmdirSync, symlinkSync, unlinkSync } from 'node:fs'
import { done, getxattr, setxattr } from '../kernel/libc.ts'
import type { Family } from './pattern.ts'
import type { Site } from './site.ts'

const ATTRIBUTE = 'user.prompt'

export const names: Family = {
  title: 'Text that is in no file’s bytes',
  patterns: [
    {
      name: 'a file’s name',
      how: 'open(O_CREAT) of a name with the text, close, unlink',
      kind: 'name',
      write(site) {
        const path = named(site)
        closeSync(site.create(path))
        site.held(() => readdirSync(site.folder).join('\n'))
        unlinkSync(path)
      },
    },
    {
      name: 'a folder’s name',
      how: 'mkdir of a name with the text, rmdir',
      kind: 'name',
      write(site) {
        const path = named(site)
        mkdirSync(path)
        site.held(() => readdirSync(site.folder).join('\n'))
        rmdirSync(path)
      },
    },
    {
      name: 'a link’s target',
      how: 'symlink to a name with the text that does not exist, unlink',
      kind: 'name',
      write(site) {
        const path = site.path()
        symlinkSync(site.canary, path)
        site.held(() => readlinkSync(path))
        unlinkSync(path)
      },
    },
    {
      name: 'an extended attribute',
      how: `open(O_CREAT), close, setxattr of ${ATTRIBUTE}, unlink`,
      kind: 'name',
      write(site) {
        const path = site.path()
        closeSync(site.create(path))
        done('setxattr', setxattr(path, ATTRIBUTE, site.canary, site.canary.length, 0))
        site.held(() => attributeOf(path, site.canary.length))
        unlinkSync(path)
      },
    },
  ],
}

function named(site: Site): string {
  return `${site.path()}-${site.canary}`
}

function attributeOf(path: string, bytes: number): Buffer {
  const value = Buffer.alloc(bytes)
  done('getxattr', getxattr(path, ATTRIBUTE, value, bytes))
  return value
}
