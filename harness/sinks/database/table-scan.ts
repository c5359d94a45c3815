import { Buffer } from 'node:buffer'
import pg from 'pg'
import Cursor from 'pg-cursor'
import type { Ledger } from '../ledger.ts'
import type { Column, Relation } from './catalog.ts'
import { type Cells, type ShownTable, textOf } from './cells.ts'

const FETCH_BYTES = 16 * 1024 * 1024
const ROW_BYTES = 1024 * 1024
const MOST_ROWS_A_FETCH = 500
/** Postgres allows 1664 results, and there are two a column */
const COLUMNS_AT_ONCE = 400
const PIECE_LENGTH = 4 * 1024 * 1024
const MOST_BYTES_OF_VALUE = 256 * 1024 * 1024
const MOST_LONG_VALUES = 10_000

/** What names the row; then for each column its value (null also where it is too long to come with the row) and its length. */
type Row = readonly [string, ...(string | Buffer | number | null)[]]

/** A column that may be read: how it is written in SQL, and how it may be shown. */
interface Source {
  readonly sql: string
  readonly shown: string
}

export interface ScanTools {
  readonly client: pg.Client
  readonly cells: Cells
  readonly ledger: Ledger
  readonly signal: AbortSignal
}

/**
 * Scans every value of one table that the role may read, by a cursor, in bounded memory. Values that are too long to come
 * with their row are read in pieces. What may not be read, and what a bound cuts, is said.
 */
export class TableScan {
  readonly #tools: ScanTools
  readonly #at: ShownTable
  readonly #relation: Relation
  readonly #from: string
  readonly #long: { readonly row: string; readonly source: Source }[] = []

  constructor(tools: ScanTools, at: ShownTable, relation: Relation) {
    this.#tools = tools
    this.#at = at
    this.#relation = relation
    this.#from = `ONLY ${pg.escapeIdentifier(relation.schema)}.${pg.escapeIdentifier(relation.name)} AS t`
  }

  /** @throws the database's error, such as a lock that was not granted in time */
  async scan(): Promise<void> {
    const sources = await this.#sources()
    for (let from = 0; from < sources.length; from += COLUMNS_AT_ONCE) {
      await this.#rows(sources.slice(from, from + COLUMNS_AT_ONCE), from === 0)
    }
    for (const { row, source } of this.#long) await this.#longValue(row, source)
  }

  async #sources(): Promise<Source[]> {
    const sources: Source[] = []
    for (const column of this.#relation.columns) {
      const shown = await this.#tools.cells.name(textOf(this.#at), column.name)
      if (column.allowed) sources.push({ sql: sqlOf(column), shown })
      else
        this.#tools.ledger.incomplete(
          `${textOf(this.#at)}.${shown}`,
          'the role may not read this column (GRANT SELECT)',
        )
    }
    return sources
  }

  async #rows(sources: readonly Source[], first: boolean): Promise<void> {
    const { client, ledger, signal } = this.#tools
    const inline = Math.max(1024, Math.floor(ROW_BYTES / sources.length))
    const rowsAtOnce = Math.min(MOST_ROWS_A_FETCH, Math.max(1, Math.floor(FETCH_BYTES / (inline * sources.length))))
    const values = sources.flatMap(({ sql }) => [
      `CASE WHEN octet_length(${sql}) <= ${inline} THEN ${sql} END`,
      `octet_length(${sql})`,
    ])
    const select = `SELECT ${this.#rowName()}, ${values.join(', ')} FROM ${this.#from}`
    const cursor = client.query(new Cursor<Row>(select, [], { rowMode: 'array' }))
    for (let rows = await cursor.read(rowsAtOnce); rows.length > 0; rows = await cursor.read(rowsAtOnce)) {
      for (const row of rows) await this.#row(row, sources)
      if (first) ledger.items += rows.length
      if (signal.aborted) return
    }
    await cursor.close()
  }

  #rowName(): string {
    return this.#relation.allowed ? 't.ctid::text' : `'no. ' || row_number() OVER ()`
  }

  async #row([name, ...values]: Row, sources: readonly Source[]): Promise<void> {
    for (const [index, source] of sources.entries()) {
      const value = values[index * 2] ?? null
      if (value !== null && typeof value !== 'number')
        await this.#tools.cells.value(this.#at, source.shown, name, value)
      else if (typeof values[index * 2 + 1] === 'number') this.#later(name, source)
    }
  }

  /** No other statement can run while the cursor is open. */
  #later(row: string, source: Source): void {
    const reason = 'too long to be read in pieces by a role that may read some columns only (GRANT SELECT on the table)'
    if (!this.#relation.allowed) this.#tools.ledger.incomplete(`${textOf(this.#at)}.${source.shown}`, reason)
    else if (this.#long.length < MOST_LONG_VALUES) this.#long.push({ row, source })
    else
      this.#tools.ledger.incomplete(
        textOf(this.#at),
        `more than ${MOST_LONG_VALUES} long values; the others were not read`,
      )
  }

  async #longValue(row: string, { sql, shown }: Source): Promise<void> {
    const { client, cells, ledger, signal } = this.#tools
    const piece = `SELECT substr(${sql}, $1, ${PIECE_LENGTH}) AS piece FROM ${this.#from} WHERE t.ctid = $2::tid`
    await cells.inPieces(this.#at, shown, row, async stream => {
      for (let from = 0, bytes = 0; !signal.aborted; from += PIECE_LENGTH) {
        const { rows } = await client.query<{ piece: string | Buffer }>(piece, [from + 1, row])
        const value = Buffer.from(rows[0]?.piece ?? '')
        if (value.length === 0) return
        await stream.push(value)
        bytes += value.length
        if (bytes < MOST_BYTES_OF_VALUE) continue
        const limit = `${MOST_BYTES_OF_VALUE / 2 ** 20} MiB`
        ledger.incomplete(`${textOf(this.#at)}.${shown} row ${row}`, `only the first ${limit} of the value were read`)
        return
      }
    })
  }
}

function sqlOf({ name, bytes }: Column): string {
  const column = `t.${pg.escapeIdentifier(name)}`
  return bytes ? column : `${column}::text`
}
