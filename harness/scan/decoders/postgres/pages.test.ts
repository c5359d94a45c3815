import { expect, test } from '@playwright/test'
import { planted, scanFiles } from '../planted.suite.ts'
import { installedPostgres, PostgresData } from './server.suite.ts'

const { fromNpm, fromDebian } = installedPostgres()
/** Values that are packed in the row itself, in one piece, and in many. */
const sizes = [3000, 7000, 20_000, 60_000, 200_000]
const quiet = ['wal_level=minimal', 'max_wal_senders=0', 'full_page_writes=off']

const tables = (method: string): string[] => [
  `CREATE TABLE packed (id int, note text, body text COMPRESSION ${method})`,
  `CREATE TABLE pieces (id int, body text COMPRESSION ${method})`,
  'ALTER TABLE pieces ALTER body SET STORAGE EXTERNAL',
]

for (const [programs, method] of [
  [fromNpm, 'pglz'],
  [fromDebian, 'pglz'],
  [fromDebian, 'lz4'],
] as const) {
  const title = programs?.title ?? 'Postgres from Debian'
  test(`${title}, ${method}: live and deleted values are found in pages, and nothing else is`, async () => {
    if (programs === null) return test.skip(true, 'Debian’s package postgresql is not installed')
    const kept = sizes.map(size => planted(`kept ${size}`, size))
    const gone = sizes.map(size => planted(`gone ${size}`, size))
    const encoded = sizes.map(size => planted(`encoded ${size}`, size))
    const base64 = (text: string): string => Buffer.from(text).toString('base64')
    using data = new PostgresData(programs)
    data.execute(quiet, [
      ...tables(method),
      ...gone.map(({ text }, id) => `INSERT INTO packed VALUES (${id}, 'note', '${text}')`),
      ...kept.map(({ text }, id) => `INSERT INTO packed VALUES (${100 + id}, 'note', '${text}')`),
      ...encoded.map(({ text }, id) => `INSERT INTO pieces VALUES (${id}, '${base64(text)}')`),
      'DELETE FROM packed WHERE id < 100',
      'CHECKPOINT',
    ])
    const { ids, incomplete, hits } = await scanFiles(data.files('base').values())
    const unpacked = new Set(hits.filter(({ via }) => via[0] === 'postgres').map(({ canary }) => canary))
    for (const { canaries } of [...kept, ...gone]) for (const { id } of canaries) expect(unpacked).toContain(id)
    for (const { canaries } of encoded) for (const { id } of canaries) expect(ids).toContain(id)
    expect(ids.size).toBe(3 * 3 * sizes.length)
    expect(incomplete).toEqual([])
  })
}
