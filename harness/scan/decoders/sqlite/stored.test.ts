import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { deflateSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import type { Sight } from '../planted.suite.ts'
import { mutated, noise, planted, prose, scanInPieces } from '../planted.suite.ts'

type Planted = ReturnType<typeof planted>

/** What a real SQLite leaves in its files, before it closes them. */
function filesAfter(work: (database: DatabaseSync) => void): { database: Buffer; log: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-sqlite-'))
  const path = join(folder, 'data.db')
  const database = new DatabaseSync(path)
  try {
    database.exec('PRAGMA synchronous = off')
    work(database)
    const log = existsSync(`${path}-wal`) ? readFileSync(`${path}-wal`) : Buffer.alloc(0)
    return { database: readFileSync(path), log }
  } finally {
    database.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Packed so that only the whole of it can be unpacked: its end lies pages after its beginning. */
const packed = (seed: string, bytes: number): Planted & { data: Buffer } => {
  const value = planted(seed, bytes)
  return { ...value, data: deflateSync(value.text) }
}
const idsOf = (values: readonly Planted[]): string[] =>
  values.flatMap(({ canaries }) => canaries.map(({ id }) => id)).sort()
const sorted = ({ ids }: Sight): string[] => [...ids].sort()

for (const pageSize of [512, 4096, 65_536]) {
  test(`values over pages of ${pageSize} bytes are found, of tables and of indexes, and nothing else is`, async () => {
    const rows = [20_000, 60_000, 300_000].map(size => packed(`row ${size}`, size))
    const keys = [9000, 50_000].map(size => packed(`key ${size}`, size))
    const text = planted('base64', 40_000)
    const { database } = filesAfter(db => {
      db.exec(`PRAGMA page_size = ${pageSize}; CREATE TABLE rows (id INTEGER PRIMARY KEY, note TEXT, body BLOB)`)
      db.exec('CREATE TABLE keys (body BLOB PRIMARY KEY) WITHOUT ROWID')
      for (const { data } of rows) db.prepare('INSERT INTO rows (note, body) VALUES (?, ?)').run('a note', data)
      for (const { data } of keys) db.prepare('INSERT INTO keys VALUES (?)').run(data)
      db.prepare('INSERT INTO rows (body) VALUES (?)').run(Buffer.from(text.text).toString('base64'))
      for (let count = 0; count < 300; count++)
        db.prepare('INSERT INTO rows (note) VALUES (?)').run(prose(`${count}`, 99))
    })
    const sight = await scanInPieces(Buffer.concat([noise('before', 777), database, noise('after', 5000)]), 9000)
    expect(sorted(sight)).toEqual(idsOf([...rows, ...keys, text]))
    expect(sight.hits.some(({ via }) => via.join() === 'sqlite,zlib')).toBe(true)
    expect(sight.incomplete).toEqual([])
  })
}

test('values over pages are found that were written over many free ones, or deleted', async () => {
  const kept = Array.from({ length: 6 }, (_, index) => packed(`kept ${index}`, 60_000))
  const gone = Array.from({ length: 3 }, (_, index) => planted(`gone ${index}`, 60_000))
  const { database } = filesAfter(db => {
    db.exec('CREATE TABLE rows (id INTEGER PRIMARY KEY, body BLOB)')
    const insert = db.prepare('INSERT INTO rows VALUES (?, ?)')
    for (let id = 0; id < 20; id++) insert.run(id, noise(`filler ${id}`, 20_000))
    db.exec('DELETE FROM rows WHERE id % 2 = 0')
    for (const [index, { data }] of kept.entries()) insert.run(100 + index, data)
    for (const [index, { text }] of gone.entries()) insert.run(200 + index, Buffer.from(text).toString('base64'))
    db.exec('DELETE FROM rows WHERE id >= 200')
  })
  const sight = await scanInPieces(database)
  expect(sorted(sight)).toEqual(idsOf([...kept, ...gone]))
  expect(sight.incomplete).toEqual([])
})

test('values of each transaction are found in a write-ahead log', async () => {
  const values = [10_000, 90_000, 300_000].map(size => packed(`logged ${size}`, size))
  const { log } = filesAfter(db => {
    db.exec(
      'PRAGMA journal_mode = wal; PRAGMA wal_autocheckpoint = 0; CREATE TABLE rows (id INTEGER PRIMARY KEY, body BLOB)',
    )
    for (const { data } of values) db.prepare('INSERT INTO rows (body) VALUES (?)').run(data)
  })
  const sight = await scanInPieces(Buffer.concat([log, noise('after', 5000)]), 7000)
  expect(sorted(sight)).toEqual(idsOf(values))
  expect(sight.hits.some(({ via }) => via.join() === 'sqlite-wal,zlib')).toBe(true)
  expect(sight.incomplete).toEqual([])
})

test('a database and a log without canaries are silent, damaged too', async () => {
  const { database, log } = filesAfter(db => {
    db.exec('PRAGMA journal_mode = wal; CREATE TABLE rows (id INTEGER PRIMARY KEY, body BLOB)')
    for (const size of [10_000, 90_000]) db.prepare('INSERT INTO rows (body) VALUES (?)').run(prose(`${size}`, size))
    db.exec('PRAGMA wal_checkpoint')
    for (const size of [5000, 20_000]) db.prepare('INSERT INTO rows (body) VALUES (?)').run(prose(`${size}`, size))
  })
  for (const file of [database, log]) {
    const { hits, incomplete } = await scanInPieces(file)
    expect([hits, incomplete]).toEqual([[], []])
    for (let round = 0; round < 10; round++) expect((await scanInPieces(mutated(file, `${round}`))).hits).toEqual([])
  }
})
