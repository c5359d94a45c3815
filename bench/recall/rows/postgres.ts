import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import type { PostgresCluster } from '../../../fixtures/services/postgres-cluster.ts'
import { startPostgresCluster } from '../../../fixtures/services/postgres-cluster.ts'
import type { Planting } from '../planting.ts'
import { proseAround } from '../prose.ts'
import type { Family, Row } from '../row.ts'

const STATEMENT_MS = 30_000

/** A cluster with one connection of its superuser. */
interface Database extends AsyncDisposable {
  readonly cluster: PostgresCluster
  readonly client: Client
}

async function startDatabase(): Promise<Database> {
  const cluster = await startPostgresCluster(new AbortController().signal)
  const client = new Client({ connectionString: cluster.superuserUrl, query_timeout: STATEMENT_MS })
  // A server that goes away is also told as an event; what matters is the answer to a statement.
  client.on('error', () => undefined)
  const stop = async (): Promise<void> => {
    await client.end().catch(() => undefined)
    await cluster.stop()
  }
  try {
    await client.connect()
  } catch (error) {
    await stop()
    throw error
  }
  return { cluster, client, [Symbol.asyncDispose]: stop }
}

interface Table {
  readonly name: string
  readonly how: string
  /** of the column `body` */
  readonly column: string
  /** statements after the text was inserted; `$table` is the table */
  readonly after?: readonly string[]
  /** what is looked through besides the table and its TOAST: relations, by SQL that gives their oids */
  readonly relations?: string
  value(planting: Planting): string
}

const TABLES = "SELECT unnest(array[oid, nullif(reltoastrelid, 0)]) FROM pg_class WHERE oid = '$table'::regclass"

let tables = 0

/** The files of a table of its own, after a checkpoint. */
function table({ name, how, column, after = [], relations = TABLES, value }: Table): Row {
  const undone = new WeakMap<Planting, string>()
  return {
    name: `Postgres, ${name}`,
    how,
    needs: [],
    heavy: true,
    make: async planting => {
      const { cluster, client } = await planting.shared.get(startDatabase)
      const table = `prompts_${++tables}`
      await client.query(`CREATE TABLE ${table} (id serial, body ${column})`)
      await client.query(
        `INSERT INTO ${table} (body) SELECT to_json('answer ' || n)::text::${column.split(' ')[0]} FROM generate_series(1, 50) n`,
      )
      await client.query(`INSERT INTO ${table} (body) VALUES ($1)`, [value(planting)])
      undone.set(planting, JSON.stringify((await client.query(`SELECT body FROM ${table}`)).rows))
      for (const statement of [...after, 'CHECKPOINT']) await client.query(statement.replaceAll('$table', table))
      const paths = await client.query<{ path: string | null }>(
        `SELECT pg_relation_filepath(it::regclass) AS path FROM (${relations.replaceAll('$table', table)}) AS them(it)`,
      )
      for (const [index, { path }] of paths.rows.entries()) {
        if (path !== null) planting.write(`relation-${index}`, readFileSync(join(cluster.folder, path)))
      }
    },
    undo: planting => undone.get(planting) ?? '',
  }
}

/** The part of the write-ahead log that an insertion wrote: what else is in its file is of other rows. */
const writeAhead: Row = {
  name: 'Postgres, write-ahead log',
  how: 'an insertion, after pg_switch_wal',
  needs: [],
  heavy: true,
  make: async planting => {
    const { cluster, client } = await planting.shared.get(startDatabase)
    const place = async (): Promise<{ file: string; at: number }> => {
      const { rows } = await client.query<{ file: string; at: number }>(
        'SELECT file_name AS file, file_offset AS at FROM pg_walfile_name_offset(pg_current_wal_flush_lsn())',
      )
      if (rows[0] === undefined) throw new Error('Postgres did not say where its log ends')
      return rows[0]
    }
    const name = `logged_${++tables}`
    await client.query(`CREATE TABLE ${name} (body text)`)
    await client.query('SELECT pg_switch_wal()')
    const from = await place()
    await client.query('SET synchronous_commit = on')
    await client.query(`INSERT INTO ${name} VALUES ($1)`, [planting.text])
    const to = await place()
    const log = readFileSync(join(cluster.folder, 'pg_wal', to.file))
    planting.write('wal', log.subarray(to.file === from.file ? from.at : 0, to.at))
  },
}

const someK = ({ canary }: Planting): string => proseAround(canary, 1500)

/** Where Debian keeps the newest Postgres: that of npm was built without lz4. */
const DEBIANS = '/usr/lib/postgresql'
const newest = (): string =>
  existsSync(DEBIANS) ? join(DEBIANS, readdirSync(DEBIANS).sort().at(-1) ?? 'none', 'bin') : join(DEBIANS, 'none')

/** A table whose texts are compressed by lz4, written by a Postgres without a server (`postgres --single`). */
function byLz4(name: string, how: string, value: (planting: Planting) => string): Row {
  const single = (planting: Planting, script: string): string => {
    const data = join(planting.scratch, 'data')
    // Postgres does not run as root.
    const as = process.getuid?.() === 0 ? 'setpriv --reuid postgres --regid postgres --clear-groups' : ''
    const command = `cd / && ${as} ${newest()}/postgres --single -j -D ${data} -c fsync=off -c log_min_messages=fatal postgres`
    return planting.tool('sh', ['-c', command], script).toString()
  }
  return {
    name: `Postgres, ${name}`,
    how: `${how}, COMPRESSION lz4, postgres --single`,
    needs: [`${newest()}/postgres`, 'setpriv'],
    heavy: true,
    make: planting => {
      const data = join(planting.scratch, 'data')
      const owned =
        process.getuid?.() === 0
          ? `chown postgres ${data} && cd / && setpriv --reuid postgres --regid postgres --clear-groups`
          : ''
      planting.tool('sh', ['-c', `mkdir ${data} && ${owned} ${newest()}/initdb -N --locale=C -E UTF8 -D ${data}`])
      const paths = single(
        planting,
        [
          'CREATE TABLE prompts (body text COMPRESSION lz4)',
          `INSERT INTO prompts VALUES ('${value(planting)}')`,
          "SELECT pg_relation_filepath(unnest(array[oid, nullif(reltoastrelid, 0)])) FROM pg_class WHERE relname = 'prompts'",
        ].join(';\n\n'),
      ).matchAll(/"(base\/[\d/]+)"/g)
      for (const [index, [, path = '']] of Array.from(paths).entries()) {
        planting.write(`relation-${index}`, readFileSync(join(data, path)))
      }
    },
    undo: planting => single(planting, 'SELECT body FROM prompts'),
  }
}

/** Files of a real Postgres. */
export const postgresFiles: Family = {
  title: 'Postgres',
  rows: [
    table({ name: 'a row', how: 'text of 750 characters', column: 'text', value: ({ text }) => text }),
    table({ name: 'a row by pglz', how: 'text of 3,000 characters', column: 'text', value: someK }),
    table({ name: 'TOAST by pglz', how: 'text of 24,000 characters', column: 'text', value: ({ long }) => long }),
    table({
      name: 'TOAST, no compression',
      how: 'the same, STORAGE EXTERNAL',
      column: 'text STORAGE EXTERNAL',
      value: ({ long }) => long,
    }),
    table({
      name: 'jsonb in TOAST',
      how: 'jsonb of 24,000 characters',
      column: 'jsonb',
      value: ({ long }) => JSON.stringify({ messages: [{ content: long }] }),
    }),
    table({
      name: 'deleted row',
      how: 'DELETE, not yet vacuumed',
      column: 'text',
      after: ['DELETE FROM $table'],
      value: ({ text }) => text,
    }),
    table({
      name: 'deleted TOAST by pglz',
      how: 'DELETE, not yet vacuumed',
      column: 'text',
      after: ['DELETE FROM $table'],
      value: ({ long }) => long,
    }),
    table({
      name: 'an index',
      how: 'a B-tree over the text alone',
      column: 'text',
      after: ['CREATE INDEX $table_body ON $table (body)'],
      relations: "SELECT indexrelid FROM pg_index WHERE indrelid = '$table'::regclass",
      value: ({ text }) => text,
    }),
    writeAhead,
    byLz4('a row by lz4', 'text of 3,000 characters', someK),
    byLz4('TOAST by lz4', 'text of 24,000 characters', ({ long }) => long),
  ],
}
