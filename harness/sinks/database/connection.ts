import pg from 'pg'
import { LetheError, reasonOf } from '../../model/error.ts'
import { errnoOf } from '../denial.ts'

const CONNECT_WITHIN_MS = 3_000
const STATEMENT_WITHIN_MS = 60_000
const LOCK_WITHIN_MS = 1_000
const END_WITHIN_MS = 1_000

/** SQLSTATE classes and codes that mean: the role is not let in. */
const DENIED = /^(28...|42501|3D000)$/

/**
 * Connects. Statements end after 60 s, and waits for a lock after 1 s. Names in statements are looked up in pg_catalog
 * only, so nothing that the deployment defined is called by accident; row-level security that would hide rows is an error.
 *
 * @throws LetheError SINK_DENIED or SINK_UNREACHABLE
 */
export async function connect(url: string): Promise<pg.Client> {
  let client: pg.Client
  try {
    client = new pg.Client({
      connectionString: url,
      application_name: 'lethe',
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
    })
  } catch (error) {
    throw connectionError(error, url)
  }
  // a connection that is cut while idle reports it here; the next statement then fails
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query(
      `SET statement_timeout = ${STATEMENT_WITHIN_MS}; SET lock_timeout = ${LOCK_WITHIN_MS}; SET row_security = off;
       SET search_path = pg_catalog; SET idle_in_transaction_session_timeout = 0; SET client_encoding = 'UTF8'`,
    )
    return client
  } catch (error) {
    await disconnect(client)
    throw connectionError(error, url)
  }
}

/** Ends a connection, whatever its state: politely for a second, then by cutting it. */
export async function disconnect(client: pg.Client): Promise<void> {
  const cutter = setTimeout(() => cut(client), END_WITHIN_MS)
  await client.end().catch(() => {})
  clearTimeout(cutter)
}

/** Cuts a connection: every statement under way fails at once. */
export function cut(client: pg.Client): void {
  client.connection.stream.destroy()
}

/** Why a database cannot be used, as an error with its mend. Never shows the password. */
export function connectionError(error: unknown, url: string): LetheError {
  const shown = withoutPassword(url)
  const message = `Cannot use the database ${shown}: ${reasonOf(error)}.`
  if (DENIED.test(errnoOf(error) ?? '')) {
    return new LetheError('SINK_DENIED', message, 'Check role, password and database name in the sink’s `url`.', {
      cause: error,
    })
  }
  return new LetheError('SINK_UNREACHABLE', message, 'Check that the database runs and that host and port are right.', {
    cause: error,
  })
}

function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return '(the URL cannot be read)'
  const { protocol, username, host, pathname } = new URL(url)
  return `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname}`
}
