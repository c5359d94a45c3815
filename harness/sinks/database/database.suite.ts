import { test } from '@playwright/test'
import pg from 'pg'
import { type PostgresCluster, startPostgresCluster } from '../../../fixtures/services/postgres-cluster.ts'
import type { RunningService } from '../../model/service.ts'

/** A database of its own for one test. */
class Database implements AsyncDisposable {
  readonly url: string
  readonly client: pg.Client
  readonly #service: RunningService

  constructor(service: RunningService, client: pg.Client) {
    this.url = service.url
    this.client = client
    this.#service = service
  }

  get name(): string {
    return new URL(this.url).pathname.slice(1)
  }

  /** the URL by which the role of another database comes to this one */
  urlFor(other: Database): string {
    const url = new URL(other.url)
    url.pathname = this.name
    return url.href
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.end()
    await this.#service.stop()
  }
}

/** For the tests of one file: a server while they run, and what makes a database in it. */
export function databases(): () => Promise<Database> {
  let cluster: PostgresCluster | null = null
  test.beforeAll(async () => {
    cluster = await startPostgresCluster(new AbortController().signal)
  })
  test.afterAll(() => cluster?.stop())
  return async () => {
    if (cluster === null) throw new Error('no server was started')
    const respond = () => ({ kind: 'stall' }) as const
    const service = await cluster.database().start({ respond, signal: new AbortController().signal })
    const client = new pg.Client(service.url)
    client.on('error', () => {})
    await client.connect()
    return new Database(service, client)
  }
}
