import type pg from 'pg'
import Cursor from 'pg-cursor'
import { reasonOf } from '../../model/error.ts'
import { CATALOG_TEXTS, type CatalogText, listRelations, type Relation } from './catalog.ts'
import { type ShownTable, textOf } from './cells.ts'
import { scanLargeObjects } from './large-objects.ts'
import { inSavepoint } from './savepoint.ts'
import { type ScanTools, TableScan } from './table-scan.ts'

const ROWS_AT_ONCE = 200
const MOST_RELATIONS = 100_000

/**
 * Scans all of a database that the role may read, as it is at one moment: one read-only transaction. One table that
 * cannot be read does not keep the others from being read.
 *
 * @throws when the connection is lost
 */
export async function scanDatabase(tools: ScanTools): Promise<void> {
  const { client, signal } = tools
  await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY')
  const database = await tools.cells.name('database', await databaseName(client))
  const relations = await listRelations(client, MOST_RELATIONS)
  if (relations.length === MOST_RELATIONS)
    tools.ledger.incomplete(database, `only ${MOST_RELATIONS} tables were looked at`)
  for (const relation of relations) {
    if (signal.aborted) return
    await scanRelation(tools, database, relation)
  }
  for (const text of CATALOG_TEXTS) {
    if (signal.aborted) return
    const failure = await inSavepoint(client, () => scanCatalogText(tools, database, text))
    if (failure !== null) tools.ledger.incomplete(`${database}.pg_catalog.${text.table}`, reasonOf(failure))
  }
  await scanLargeObjects(tools, database)
  await client.query('COMMIT')
}

async function databaseName(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>('SELECT current_database()::text AS name')
  return rows[0]?.name ?? ''
}

async function scanRelation(tools: ScanTools, database: string, relation: Relation): Promise<void> {
  const { cells, client, ledger } = tools
  const schema = await cells.name(database, relation.schema)
  const at: ShownTable = { database, schema, table: await cells.name(`${database}.${schema}`, relation.name) }
  if (relation.kind !== 'table') {
    ledger.skip(textOf(at), `a ${relation.kind}: its rows are kept elsewhere`)
  } else if (!relation.schemaAllowed) {
    ledger.incomplete(textOf(at), 'the role may not use this schema (GRANT USAGE)')
  } else {
    const failure = await inSavepoint(client, () => new TableScan(tools, at, relation).scan())
    if (failure !== null) ledger.incomplete(textOf(at), reasonOf(failure))
  }
}

async function scanCatalogText(tools: ScanTools, database: string, { table, column, sql }: CatalogText): Promise<void> {
  const { client, cells, signal } = tools
  const at = { database, schema: 'pg_catalog', table }
  const cursor = client.query(new Cursor<readonly [string, string | null]>(sql, [], { rowMode: 'array' }))
  for (let rows = await cursor.read(ROWS_AT_ONCE); rows.length > 0; rows = await cursor.read(ROWS_AT_ONCE)) {
    for (const [row, text] of rows) if (text !== null) await cells.value(at, column, row, text)
    if (signal.aborted) return
  }
  await cursor.close()
}
