import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { ForensicDisk } from '../../deployment/forensic-disk.ts'
import { Bench, scanOf } from '../bench.suite.ts'
import { channels } from '../channels.ts'
import { rawSink } from './raw.ts'

const run = promisify(execFile)
const PYTHON = '/usr/bin/python3'

const OPENED = `fd = os.open('a', os.O_CREAT | os.O_RDWR)`
const MAPPED = `${OPENED}; os.ftruncate(fd, 4096); m = mmap.mmap(fd, 4096); m[:len(text)] = text`

/** Ways to have a text on the disk for no time at all: lines of Python, with the text as bytes in `text`. */
const PATTERNS: Readonly<Record<string, string>> = {
  'write, close, delete': `f = open('a', 'wb'); f.write(text); f.close(); os.unlink('a')`,
  'write, delete while it is open': `${OPENED}; os.write(fd, text); os.unlink('a')`,
  'delete, then write': `${OPENED}; os.unlink('a'); os.write(fd, text)`,
  O_TMPFILE: `fd = os.open('.', os.O_TMPFILE | os.O_RDWR); os.write(fd, text)`,
  'rename over it': `open('a', 'wb').write(text); open('b', 'wb').write(b'new'); os.rename('b', 'a')`,
  'write, truncate': `${OPENED}; os.write(fd, text); os.ftruncate(fd, 0)`,
  'write, overwrite': `${OPENED}; os.write(fd, text); os.pwrite(fd, b'z' * len(text), 0)`,
  'write, punch a hole': `${OPENED}; os.write(fd, text.ljust(8192, b'.')); subprocess.run(['fallocate', '-p', '-o', '0', '-l', '8192', 'a'], check=True)`,
  'map, write, msync, delete': `${MAPPED}; m.flush(); m.close(); os.unlink('a')`,
  // Nobody asked for it to be written: deleting it commits the page with the name.
  'map, write, delete': `${MAPPED}; m.close(); os.unlink('a')`,
  'sendfile, delete': `r = os.memfd_create('x'); os.write(r, text); ${OPENED}; os.sendfile(fd, r, 0, len(text)); os.unlink('a')`,
  'an attribute, set and removed': `open('a', 'wb').close(); os.setxattr('a', 'user.p', text); os.removexattr('a', 'user.p')`,
  'a name, deleted': `open(text, 'wb').close(); os.unlink(text)`,
  'SQLite with its log, deleted, vacuumed, gone': `c = sqlite3.connect('d'); c.execute('pragma journal_mode = wal'); c.execute('create table t(x)'); c.execute('insert into t values(?)', (text.decode(),)); c.commit(); c.execute('delete from t'); c.commit(); c.execute('vacuum'); c.close(); os.unlink('d')`,
}

test('on a forensic disk every way to write and take back at once leaves its text', async () => {
  const closed = (await channels()).find(({ id, available }) => id === 'disk.forensic' && !available)
  test.skip(closed !== undefined, `no forensic disk can be made here: ${closed?.reason}`)
  test.skip(!existsSync(PYTHON), `without ${PYTHON} nobody writes`)
  await using disk = await ForensicDisk.create(128)
  const bench = new Bench()
  const { open } = await bench.opened(rawSink({ kind: 'disk-raw', path: disk.image, minutes: 5 }))
  await using _ = open
  const ids = new Map<string, string>()
  for (const [pattern, line] of Object.entries(PATTERNS)) {
    const { id, text } = bench.canary()
    ids.set(pattern, id)
    const script = `import mmap, os, sqlite3, subprocess\ntext = os.environ['TEXT'].encode()\n${line}`
    await run(PYTHON, ['-c', script], { cwd: disk.root, env: { PATH: process.env.PATH, TEXT: text } })
  }
  const { sightings, coverage } = await scanOf(open)
  const found = new Set(sightings.filter(({ confirmed }) => confirmed).map(({ canary }) => canary))
  const missed = [...ids].filter(([, id]) => !found.has(id)).map(([pattern]) => pattern)
  expect(missed).toEqual([])
  expect(coverage.incomplete).toEqual([])
})
