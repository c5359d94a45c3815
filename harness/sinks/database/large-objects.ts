import type { Buffer } from 'node:buffer'
import { reasonOf } from '../../model/error.ts'
import type { ShownTable } from './cells.ts'
import { inSavepoint } from './savepoint.ts'
import type { ScanTools } from './table-scan.ts'

const PIECE_BYTES = 4 * 1024 * 1024
const MOST_BYTES_OF_OBJECT = 1024 * 1024 * 1024
const MOST_OBJECTS = 100_000

/** Scans the large objects that the role may read, in pieces; the others are said. */
export async function scanLargeObjects(tools: ScanTools, database: string): Promise<void> {
  const { client, ledger, signal } = tools
  const at = { database, schema: 'pg_catalog', table: 'pg_largeobject' }
  const { rows } = await client.query<{ oid: string }>(
    `SELECT oid::text FROM pg_largeobject_metadata ORDER BY oid LIMIT ${MOST_OBJECTS + 1}`,
  )
  if (rows.length > MOST_OBJECTS) ledger.incomplete('large objects', `only ${MOST_OBJECTS} were read`)
  for (const { oid } of rows.slice(0, MOST_OBJECTS)) {
    if (signal.aborted) return
    const failure = await inSavepoint(client, () => scanObject(tools, at, oid))
    if (failure !== null) ledger.incomplete(`${database}, large object ${oid}`, reasonOf(failure))
  }
}

async function scanObject({ client, cells, ledger, signal }: ScanTools, at: ShownTable, oid: string): Promise<void> {
  ledger.items += 1
  await cells.inPieces(at, 'data', oid, async stream => {
    for (let from = 0; !signal.aborted; from += PIECE_BYTES) {
      const { rows } = await client.query<{ piece: Buffer }>('SELECT lo_get($1::oid, $2::bigint, $3::int) AS piece', [
        oid,
        from,
        PIECE_BYTES,
      ])
      const piece = rows[0]?.piece
      if (piece === undefined || piece.length === 0) return
      await stream.push(piece)
      if (from + piece.length < MOST_BYTES_OF_OBJECT) continue
      ledger.incomplete(`${at.database}, large object ${oid}`, 'only its first GiB was read')
      return
    }
  })
}
