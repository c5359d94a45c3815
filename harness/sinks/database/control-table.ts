import { createHash } from 'node:crypto'
import pg from 'pg'
import type { Canary } from '../../model/canary.ts'
import { LetheError, reasonOf } from '../../model/error.ts'
import { connect, disconnect } from './connection.ts'

/** The first schema in which the control's role may create a table that the reading role can reach. */
const SCHEMA = `
  SELECT nspname::text AS name FROM pg_namespace
  WHERE has_schema_privilege(oid, 'CREATE') AND has_schema_privilege($1::name, oid, 'USAGE')
    AND nspname !~ '^pg_' AND nspname <> 'information_schema'
  ORDER BY nspname <> 'public', nspname LIMIT 1`

export interface ControlRoles {
  /** URL of the role that creates the control's table */
  readonly url: string
  /** name of the role that reads it */
  readonly reader: string
}

/** A table of Lethe's own with one row, which holds the control. */
export class ControlTable {
  readonly #url: string
  readonly #table: string

  private constructor(url: string, table: string) {
    this.#url = url
    this.#table = table
  }

  /** @throws LetheError SINK_DENIED when the role may not create a table, SINK_UNREACHABLE */
  static async create(control: Canary, { url, reader }: ControlRoles): Promise<ControlTable> {
    const client = await connect(url)
    try {
      const schema = await schemaFor(client, reader)
      const mark = createHash('sha256').update(control.id).digest('hex').slice(0, 8)
      const table = `${pg.escapeIdentifier(schema)}.lethe_control_${mark}`
      await client.query('BEGIN')
      await client.query(`CREATE TABLE ${table} (canary text)`)
      await client.query(`INSERT INTO ${table} VALUES ($1)`, [control.text])
      await client.query(`GRANT SELECT ON ${table} TO ${pg.escapeIdentifier(reader)}`)
      await client.query('COMMIT')
      return new ControlTable(url, table)
    } catch (error) {
      if (error instanceof LetheError) throw error
      const message = `Cannot plant the control in the database: ${reasonOf(error)}.`
      throw new LetheError('SINK_DENIED', message, 'Give `controlUrl` a role that may create a table.', {
        cause: error,
      })
    } finally {
      await disconnect(client)
    }
  }

  /** @throws LetheError when the table cannot be dropped; `mend` is the statement */
  async drop(): Promise<void> {
    const statement = `DROP TABLE IF EXISTS ${this.#table}`
    const client = await connect(this.#url)
    try {
      await client.query(statement)
    } catch (error) {
      const message = `The control’s table is still there: ${reasonOf(error)}.`
      throw new LetheError('SINK_UNREACHABLE', message, `${statement};`, { cause: error })
    } finally {
      await disconnect(client)
    }
  }
}

async function schemaFor(client: pg.Client, reader: string): Promise<string> {
  const { rows } = await client.query<{ name: string }>(SCHEMA, [reader])
  const [schema] = rows
  if (schema !== undefined) return schema.name
  const { rows: roles } = await client.query<{ role: string }>('SELECT current_user::text AS role')
  const role = pg.escapeIdentifier(roles[0]?.role ?? '')
  throw new LetheError(
    'SINK_DENIED',
    `The role ${role} may not create the control’s table in any schema that ${pg.escapeIdentifier(reader)} can use.`,
    `GRANT CREATE ON SCHEMA public TO ${role}; or give a \`controlUrl\` with a role that may.`,
  )
}
