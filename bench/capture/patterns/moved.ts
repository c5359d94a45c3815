import { closeSync, openSync, readFileSync, unlinkSync, writeFileSync, writeSync } from 'node:fs'
import { copyFileRange, done, memfdCreate, pipe, poke, sendfile, splice, tee, vmsplice } from '../kernel/libc.ts'
import { Mapping } from '../kernel/mapping.ts'
import type { Family, Pattern } from './pattern.ts'
import type { Site } from './site.ts'

/** The kernel itself moves the text into the file, from a descriptor that `fill` makes. */
function moved(name: string, how: string, move: (fd: number, site: Site) => void): Pattern {
  return {
    name,
    how: `${how}, close, unlink`,
    kind: 'disk',
    write(site) {
      const path = site.path()
      site.within(path, fd => move(fd, site))
      site.heldAndUnlinked(path)
    },
  }
}

export const movedByTheKernel: Family = {
  title: 'Files that the kernel writes from another descriptor',
  patterns: [
    moved('splice', 'write to a pipe, splice from it to a new file', (fd, { content }) => {
      using source = new Pipe()
      writeSync(source.in, content)
      spliceAll(source, fd, content.length)
    }),
    moved('tee, splice', 'write to a pipe, tee to another one, splice from that to a new file', (fd, { content }) => {
      using source = new Pipe()
      using copy = new Pipe()
      writeSync(source.in, content)
      all('tee', tee(source.out, copy.in, content.length, 0), content.length)
      spliceAll(copy, fd, content.length)
    }),
    moved('vmsplice, splice', 'vmsplice of a page to a pipe, splice from it to a new file', (fd, { content }) => {
      using source = new Pipe()
      using page = Mapping.anonymous(content.length)
      poke(page.at, content)
      all('vmsplice', vmsplice(source.in, vectorOf(page), 1, 0), content.length)
      spliceAll(source, fd, content.length)
    }),
    moved('sendfile', 'memfd_create, write, sendfile from it to a new file', (fd, { content }) => {
      const memory = done('memfd_create', memfdCreate('source', 0))
      try {
        writeSync(memory, content, 0, content.length, 0)
        const offset = Buffer.alloc(8)
        all('sendfile', sendfile(fd, memory, offset, content.length), content.length)
      } finally {
        closeSync(memory)
      }
    }),
    {
      name: 'copy_file_range',
      how: 'open(O_CREAT), write, copy_file_range to a new file, unlink of both',
      kind: 'disk',
      write(site) {
        const [source, target] = [site.path(), site.path()]
        writeFileSync(source, site.content)
        site.within(target, fd => copyAll(source, fd, site.content.length))
        unlinkSync(source)
        site.held(() => readFileSync(target))
        unlinkSync(target)
      },
    },
  ],
}

class Pipe implements Disposable {
  readonly in: number
  readonly out: number

  constructor() {
    const ends = new Int32Array(2)
    done('pipe', pipe(ends))
    const [out = -1, into = -1] = ends
    this.out = out
    this.in = into
  }

  [Symbol.dispose](): void {
    closeSync(this.in)
    closeSync(this.out)
  }
}

/** `struct iovec`. */
function vectorOf({ at, bytes }: Mapping): Buffer {
  const vector = Buffer.alloc(16)
  vector.writeBigUInt64LE(at, 0)
  vector.writeBigUInt64LE(BigInt(bytes), 8)
  return vector
}

function spliceAll({ out }: Pipe, fd: number, bytes: number): void {
  all('splice', splice(out, null, fd, null, bytes, 0), bytes)
}

function copyAll(path: string, to: number, bytes: number): void {
  const from = openSync(path, 'r')
  try {
    all('copy_file_range', copyFileRange(from, null, to, null, bytes, 0), bytes)
  } finally {
    closeSync(from)
  }
}

/** @throws Error where the kernel moved less, Refused where it moved nothing */
function all(what: string, result: number, bytes: number): void {
  if (done(what, result) !== bytes) throw new Error(`${what} moved ${result} of ${bytes} bytes`)
}
