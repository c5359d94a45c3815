import { spawnSync } from 'node:child_process'
import { closeSync, constants, ftruncateSync, openSync, readSync, unlinkSync, writeFileSync, writeSync } from 'node:fs'
import { done, memfdCreate, peek, poke, shmOpen, shmUnlink } from '../kernel/libc.ts'
import { Mapping } from '../kernel/mapping.ts'
import type { Family } from './pattern.ts'
import type { Site } from './site.ts'

export const ram: Family = {
  title: 'Memory with a name, and pipes',
  patterns: [
    {
      name: '/dev/shm file',
      how: 'open(O_CREAT) below /dev/shm, write, close, unlink',
      kind: 'tmpfs',
      write(site) {
        const path = sharedPath()
        writeFileSync(path, site.content, { flag: 'wx' })
        site.heldAndUnlinked(path)
      },
    },
    {
      name: 'shm_open, unlinked',
      how: 'shm_open(O_CREAT), ftruncate, mmap(MAP_SHARED), shm_unlink, memcpy, munmap, close',
      kind: 'tmpfs',
      isNameless: true,
      write: unlinkedSegment,
    },
    {
      name: 'memfd, mapped until the end',
      how: 'memfd_create, ftruncate, mmap(MAP_SHARED), memcpy: the process keeps it',
      kind: 'memory',
      write(site) {
        const fd = done('memfd_create', memfdCreate('prompt', 0))
        ftruncateSync(fd, site.content.length)
        const mapping = Mapping.shared(fd, site.content.length)
        poke(mapping.at, site.content)
        site.held(() => peek(mapping.at, mapping.bytes))
      },
    },
    {
      name: 'FIFO',
      how: 'mkfifo, open(O_RDWR), write, read, close, unlink',
      kind: 'none',
      write: throughFifo,
    },
  ],
}

function sharedPath(): string {
  return `/dev/shm/lethe-capture-${process.pid}`
}

function unlinkedSegment(site: Site): void {
  const name = `/lethe-capture-segment-${process.pid}`
  const fd = done('shm_open', shmOpen(name, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR, 0o600))
  try {
    ftruncateSync(fd, site.content.length)
    using mapping = Mapping.shared(fd, site.content.length)
    done('shm_unlink', shmUnlink(name))
    poke(mapping.at, site.content)
    site.held(() => peek(mapping.at, mapping.bytes))
  } finally {
    closeSync(fd)
  }
}

function throughFifo(site: Site): void {
  const path = site.path()
  const { status, stderr } = spawnSync('mkfifo', [path])
  if (status !== 0) throw new Error(`mkfifo: ${stderr}`)
  const fd = openSync(path, constants.O_RDWR)
  writeSync(fd, site.content)
  const back = Buffer.alloc(site.content.length)
  readSync(fd, back)
  closeSync(fd)
  site.held(() => back)
  back.fill(0)
  unlinkSync(path)
}
