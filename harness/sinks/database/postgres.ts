import type pg from 'pg'
import type { Canary } from '../../model/canary.ts'
import type { DeclarationOf } from '../../model/declaration.ts'
import { reasonOf } from '../../model/error.ts'
import { withinBudget } from '../budget.ts'
import { Ledger } from '../ledger.ts'
import type { Emit } from '../sighted.ts'
import type { Coverage, OpenSink, Sink, SinkContext } from '../sink.ts'
import { Cells } from './cells.ts'
import { connect, cut, disconnect } from './connection.ts'
import { ControlTable } from './control-table.ts'
import { scanDatabase } from './database-scan.ts'

const SCAN_WITHIN_MS = 10 * 60_000

/** Rows written so far, and the position of the write-ahead log, which moves at once (statistics lag by a second). */
const PULSE = `
  SELECT concat_ws(' ',
    CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END,
    (SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables)) AS pulse`

/**
 * A Postgres database: every row of every table that the role may read, large objects, and what the catalog holds of
 * content (names, comments, enum labels, sampled values, last statements). Dead rows and the write-ahead log are out of
 * its sight: they are files, for a disk sink.
 *
 * The control is a row in a table of Lethe's own, dropped at the end.
 */
export function postgresSink(declaration: DeclarationOf<'postgres'>): Sink {
  return {
    id: `database:${declaration.name ?? databaseOf(declaration.url)}`,
    medium: 'database',
    tier: 'T0',
    blindTo: 'rows that were deleted before the scan, and the server’s own files',
    opens: 'before-start',
    open: async context => new OpenDatabase(declaration, context, await connect(declaration.url)),
  }
}

function databaseOf(url: string): string {
  const name = URL.canParse(url) ? decodeURIComponent(new URL(url).pathname.slice(1)) : ''
  return name === '' ? 'postgres' : name
}

class OpenDatabase implements OpenSink {
  readonly #declaration: DeclarationOf<'postgres'>
  readonly #context: SinkContext
  readonly #client: pg.Client
  #control: ControlTable | null = null

  constructor(declaration: DeclarationOf<'postgres'>, context: SinkContext, client: pg.Client) {
    this.#declaration = declaration
    this.#context = context
    this.#client = client
  }

  async plant(control: Canary): Promise<void> {
    const { url, controlUrl = url } = this.#declaration
    const { rows } = await this.#client.query<{ reader: string }>('SELECT current_user::text AS reader')
    this.#control = await ControlTable.create(control, { url: controlUrl, reader: rows[0]?.reader ?? '' })
  }

  async pulse(): Promise<string> {
    const { rows } = await this.#client.query<{ pulse: string }>(PULSE)
    return rows[0]?.pulse ?? ''
  }

  async scan(emit: Emit): Promise<Coverage> {
    const { id } = postgresSink(this.#declaration)
    const ledger = new Ledger()
    const cells = new Cells(this.#context.scanner, emit, ledger)
    try {
      const client = await connect(this.#declaration.url)
      const budget = { within: SCAN_WITHIN_MS, signal: this.#context.signal }
      const reason = await withinBudget(budget, async signal => {
        signal.addEventListener('abort', () => cut(client), { once: true })
        await scanDatabase({ client, cells, ledger, signal })
      }).finally(() => disconnect(client))
      if (reason !== null) ledger.incomplete(id, reason)
    } catch (error) {
      ledger.incomplete(id, reasonOf(error))
    }
    return ledger.coverage()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await disconnect(this.#client)
    const control = this.#control
    this.#control = null
    await control?.drop()
  }
}
