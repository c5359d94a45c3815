import type pg from 'pg'

/**
 * Runs statements inside a transaction so that their failure does not end it. What they locked is unlocked again.
 *
 * @returns what failed, or null
 */
export async function inSavepoint(client: pg.Client, work: () => Promise<void>): Promise<unknown> {
  await client.query('SAVEPOINT lethe')
  const failure = await work().then(
    () => null,
    (error: unknown) => error ?? new Error('unknown'),
  )
  await client.query('ROLLBACK TO SAVEPOINT lethe')
  return failure
}
