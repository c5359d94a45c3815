import { expect, test } from '@playwright/test'
import type { Sight } from '../planted.suite.ts'
import { mutated, noise, planted, scanFiles, scanInPieces } from '../planted.suite.ts'
import { installedPostgres, PostgresData } from './server.suite.ts'

const { fromNpm, fromDebian } = installedPostgres()
/** Packed in the row itself, kept in one piece, and in many. */
const sizes = [3000, 7000, 20_000, 200_000]
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const several = (name: string): ReturnType<typeof planted>[] => sizes.map(size => planted(`${name} ${size}`, size))

/** Values that are packed, deleted, in pieces as they are, and plain in rows; the last change of each is logged by images of pages. */
function statements(
  method: string,
  values: Record<'kept' | 'gone' | 'encoded' | 'plain', { text: string }[]>,
): string[] {
  const { kept, gone, encoded, plain } = values
  return [
    `CREATE TABLE packed (id int, note text, body text COMPRESSION ${method})`,
    'CREATE TABLE pieces (id int, body text)',
    'ALTER TABLE pieces ALTER body SET STORAGE EXTERNAL',
    'CREATE TABLE plain (id int, body text)',
    'ALTER TABLE plain ALTER body SET STORAGE PLAIN',
    ...gone.map(({ text }, id) => `INSERT INTO packed VALUES (${id}, 'note', '${text}')`),
    ...kept.map(({ text }, id) => `INSERT INTO packed VALUES (${100 + id}, 'note', '${text}')`),
    ...encoded.map(({ text }, id) => `INSERT INTO pieces VALUES (${id}, '${base64(text)}')`),
    ...plain.map(({ text }, id) => `INSERT INTO plain VALUES (${id}, '${text}')`),
    'DELETE FROM packed WHERE id < 100',
    'CHECKPOINT',
    // The first change of a page after a checkpoint logs an image of all of it.
    'UPDATE plain SET id = id + 1',
    'CHECKPOINT',
  ]
}

const idsOf = (values: readonly ReturnType<typeof planted>[]): string[] =>
  values.flatMap(({ canaries }) => canaries.map(({ id }) => id)).sort()

/** What came out of containers of this name. */
const idsVia = ({ hits }: Sight, name: string): string[] =>
  hits.filter(({ via }) => via[0] === name).map(hit => hit.canary)

/** Each file alone, or all of them in one stream, at places that do not divide by the size of pages, as in a base backup. */
function scanned(files: Map<string, Buffer>, isBackup: boolean): Promise<Sight> {
  if (!isBackup) return scanFiles(files.values())
  return scanInPieces(Buffer.concat([...files].flatMap(([path, file]) => [noise(path, 512), file])), 77_777)
}

for (const [programs, method, logged] of [
  [fromNpm, 'pglz', 'pglz'],
  [fromDebian, 'lz4', 'lz4'],
  [fromDebian, 'pglz', 'zstd'],
] as const) {
  const title = programs?.title ?? 'Postgres from Debian'
  test(`${title}, values by ${method}, log by ${logged}: all are found where they stand and nothing else is`, async () => {
    if (programs === null) return test.skip(true, 'Debian’s package postgresql is not installed')
    const values = {
      kept: several('kept'),
      gone: several('gone'),
      encoded: several('encoded'),
      plain: Array.from({ length: 40 }, (_, index) => planted(`plain ${index}`, 900)),
    }
    const all = Object.values(values).flat()
    using data = new PostgresData(programs)
    data.execute([`wal_compression=${logged}`, 'full_page_writes=on'], statements(method, values))
    const tables = await scanned(data.files('base'), programs !== fromNpm)
    expect([...tables.ids].sort()).toEqual(idsOf(all))
    expect(idsVia(tables, 'postgres')).toEqual(expect.arrayContaining(idsOf([...values.kept, ...values.gone])))
    expect(tables.incomplete).toEqual([])
    const log = await scanned(data.files('pg_wal'), programs !== fromNpm)
    expect([...log.ids].sort()).toEqual(idsOf(all))
    expect(idsVia(log, 'postgres-wal')).toEqual(expect.arrayContaining(idsOf([...values.kept, ...values.plain])))
    expect(log.incomplete).toEqual([])
  })
}

test('a table of prose and an older log without canaries are silent, in other bytes and damaged too', async () => {
  using data = new PostgresData(fromNpm)
  const rows = sizes.map((size, id) => `INSERT INTO packed VALUES (${id}, '${'words of a twin '.repeat(size / 16)}')`)
  data.execute(['wal_compression=pglz', 'full_page_writes=on'], ['CREATE TABLE packed (id int, body text)', ...rows])
  const files = [...data.files('base').values(), ...data.files('pg_wal').values()]
  const { hits, incomplete } = await scanFiles(files)
  expect(hits).toEqual([])
  expect(incomplete).toEqual([])
  const largest = files.sort((one, other) => other.length - one.length).slice(0, 20)
  for (const [index, file] of largest.entries()) {
    const { hits } = await scanInPieces(mutated(file.subarray(0, 200_000), String(index)), 5000)
    expect(hits).toEqual([])
  }
})
