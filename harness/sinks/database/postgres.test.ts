import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { expect, test } from '@playwright/test'
import pg from 'pg'
import { type Place, placeText } from '../../model/sighting.ts'
import { Bench, scanOf } from '../bench.suite.ts'
import { sinkContract } from '../contract.suite.ts'
import { databases } from './database.suite.ts'
import { postgresSink } from './postgres.ts'

const create = databases()

const sinkOf = (url: string) => postgresSink({ kind: 'postgres', url })
const cell = (table: string, column: string, row: string) => ({ schema: 'public', table, column, row })

sinkContract('postgres', async () => {
  const db = await create()
  await db.client.query('CREATE TABLE prompts (id int, body text)')
  return {
    sink: sinkOf(db.url),
    write: async text => {
      await db.client.query('INSERT INTO prompts VALUES (1, $1)', [text])
    },
    holds: async text => {
      const { rows } = await db.client.query<{ dump: string }>(`SELECT database_to_xml(true, false, '')::text AS dump`)
      return rows[0]?.dump.includes(text) ?? false
    },
    denied: async () => sinkOf(db.url.replace(/:[0-9a-f]{36}@/, ':wrong@')),
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  }
})

test('values of every kind are seen, each at its cell', async () => {
  await using db = await create()
  const bench = new Bench()
  const made = {
    text: bench.canary(),
    json: bench.canary(),
    bytes: bench.canary(),
    list: bench.canary(),
    domain: bench.canary(),
    long: bench.canary(),
    longBytes: bench.canary(),
  }
  await db.client.query(`
    CREATE DOMAIN note AS text;
    CREATE TABLE kinds (t text, j jsonb, b bytea, a text[], d note);
    CREATE TABLE large (t text, b bytea)`)
  const bytes = Buffer.concat([Buffer.from([0, 255]), Buffer.from(made.bytes.text), Buffer.from([0])])
  await db.client.query('INSERT INTO kinds VALUES ($1, $2, $3, $4, $5)', [
    `one ${made.text.text}`,
    { x: made.json.text },
    bytes,
    ['a "quoted" one', made.list.text],
    made.domain.text,
  ])
  const offset = 9_000_000
  await db.client.query(
    `INSERT INTO large SELECT repeat('é', ${offset / 2}) || $1, convert_to(repeat('x', ${offset}) || $2, 'UTF8')`,
    [made.long.text, made.longBytes.text],
  )
  await using open = await sinkOf(db.url).open(bench.context)
  const { coverage, sightings } = await scanOf(open)
  expect(coverage.incomplete).toEqual([])
  const found = new Map(sightings.map(({ canary, place, offset }) => [canary, { place, offset }]))
  expect(sightings).toHaveLength(Object.keys(made).length)
  expect(found.get(made.text.id)).toMatchObject({
    place: { database: db.name, ...cell('kinds', 't', '(0,1)') },
    offset: 4,
  })
  expect(found.get(made.json.id)?.place).toMatchObject(cell('kinds', 'j', '(0,1)'))
  expect(found.get(made.bytes.id)).toMatchObject({ place: cell('kinds', 'b', '(0,1)'), offset: 2 })
  expect(found.get(made.list.id)?.place).toMatchObject(cell('kinds', 'a', '(0,1)'))
  expect(found.get(made.domain.id)?.place).toMatchObject(cell('kinds', 'd', '(0,1)'))
  expect(found.get(made.long.id)).toMatchObject({ place: cell('large', 't', '(0,1)'), offset })
  expect(found.get(made.longBytes.id)).toMatchObject({ place: cell('large', 'b', '(0,1)'), offset })
})

test('places that people forget: partitions, views kept on disk, comments, labels, names, large objects, sampled values', async () => {
  await using db = await create()
  const bench = new Bench()
  const made = {
    partition: bench.canary(),
    kept: bench.canary(),
    comment: bench.canary(),
    label: bench.canary(),
    table: bench.canary(),
    column: bench.canary(),
    schema: bench.canary(),
    object: bench.canary(),
    sampled: bench.canary(),
    hostile: bench.canary(),
  }
  await db.client.query(`
    CREATE TABLE parts (at int, body text) PARTITION BY RANGE (at);
    CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
    INSERT INTO parts VALUES (1, '${made.partition.text}');
    CREATE MATERIALIZED VIEW kept AS SELECT '${made.kept.text.slice(0, 26)}' || '${made.kept.text.slice(26)}' AS body;
    CREATE TABLE plain (x text);
    COMMENT ON COLUMN plain.x IS 'such as ${made.comment.text}';
    CREATE TYPE mood AS ENUM ('sad', '${made.label.text}');
    CREATE TABLE "t ${made.table.text}" ("c ${made.column.text}" int);
    CREATE SCHEMA "s_${made.schema.text}";
    SELECT lo_from_bytea(0, convert_to(repeat('x', 5000000) || '${made.object.text}', 'UTF8'));
    CREATE TABLE sampled (body text);
    INSERT INTO sampled SELECT '${made.sampled.text}' FROM generate_series(1, 50);
    ANALYZE sampled;
    DELETE FROM sampled;
    CREATE SCHEMA "a ""b"" '; --";
    CREATE TABLE "a ""b"" '; --"."x""; DROP TABLE plain; --\n%I" ("$1 ""x"" ' \\ ;" text);
    INSERT INTO "a ""b"" '; --"."x""; DROP TABLE plain; --\n%I" VALUES ('${made.hostile.text}')`)
  await db.client.query('SELECT 1')
  await using open = await sinkOf(db.url).open(bench.context)
  const { coverage, sightings } = await scanOf(open)
  expect(coverage.incomplete).toEqual([])
  expect(coverage.skipped.map(({ path }) => path)).toEqual([`${db.name}.public.parts`])
  const at = (id: string): string[] =>
    sightings.filter(({ canary }) => canary === id).map(({ place }) => placeText(place))
  expect(at(made.partition.id)).toContain(`${db.name}.public.parts_1.body row (0,1)`)
  expect(at(made.kept.id)).toContain(`${db.name}.public.kept.body row (0,1)`)
  expect(at(made.comment.id)[0]).toContain('pg_catalog.pg_description.description')
  expect(at(made.label.id)[0]).toContain('pg_catalog.pg_enum.enumlabel')
  expect(at(made.table.id)).toContain(`name of ${db.name}.public.t {canary ${made.table.id}}`)
  expect(at(made.column.id)).toContain(
    `name of ${db.name}.public.t {canary ${made.table.id}}.c {canary ${made.column.id}}`,
  )
  expect(at(made.schema.id)[0]).toContain('pg_namespace.nspname')
  const object = sightings.find(({ canary }) => canary === made.object.id)
  expect(object).toMatchObject({ place: { table: 'pg_largeobject' } satisfies Partial<Place>, offset: 5_000_000 })
  expect(at(made.sampled.id)[0]).toContain('pg_catalog.pg_stats')
  expect(at(made.hostile.id)).toContain(`${db.name}.a "b" '; --.x"; DROP TABLE plain; --\n%I.$1 "x" ' \\ ; row (0,1)`)
  for (const { text } of Object.values(made)) expect(JSON.stringify([coverage, sightings])).not.toContain(text)
})

test('no canary is found across two cells', async () => {
  await using db = await create()
  const bench = new Bench()
  const { text } = bench.canary()
  await db.client.query('CREATE TABLE halves (a text, b text)')
  await db.client.query('INSERT INTO halves VALUES ($1, $2)', [text.slice(0, 26), text.slice(26)])
  await using open = await sinkOf(db.url).open(bench.context)
  const { sightings } = await scanOf(open)
  expect(sightings.filter(({ length }) => length === 52)).toEqual([])
  expect(sightings.map(({ place }) => 'column' in place && place.column).sort()).toEqual(['a', 'b'])
})

test('what the role may not read is incomplete, by name: column, table, schema, hidden rows, large object', async () => {
  await using stranger = await create()
  await using db = await create()
  const bench = new Bench()
  const payload = bench.canary()
  const reader = pg.escapeIdentifier(stranger.name)
  await db.client.query(`
    GRANT CONNECT ON DATABASE ${db.name} TO ${reader};
    GRANT CREATE ON SCHEMA public TO ${reader};
    CREATE TABLE half (open text, secret text); GRANT SELECT (open) ON half TO ${reader};
    INSERT INTO half VALUES ('${payload.text}', 'x');
    CREATE TABLE shut (x text);
    CREATE SCHEMA private; CREATE TABLE private.t (x text);
    CREATE TABLE rows (owner text); GRANT SELECT ON rows TO ${reader};
    ALTER TABLE rows ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON rows USING (owner = current_user);
    SELECT lo_from_bytea(4242, 'x')`)
  const { open, control } = await bench.opened(sinkOf(db.urlFor(stranger)))
  await using _ = open
  const { coverage, sightings } = await scanOf(open)
  const found = new Map(sightings.map(({ canary, place }) => [canary, place]))
  expect(found.get(payload.id)).toMatchObject(cell('half', 'open', 'no. 1'))
  expect([...found.keys()].sort()).toEqual([control.id, payload.id].sort())
  const gaps = new Map(coverage.incomplete.map(({ path, reason }) => [path, reason]))
  expect([...gaps.keys()].sort()).toEqual(
    [
      `${db.name}, large object 4242`,
      `${db.name}.private.t`,
      `${db.name}.public.half.secret`,
      `${db.name}.public.rows`,
      `${db.name}.public.shut.x`,
    ].sort(),
  )
  expect(gaps.get(`${db.name}.public.rows`)).toContain('row-level security')
})

test('a table that is locked is said, not waited for', async () => {
  await using db = await create()
  await db.client.query(
    `CREATE TABLE busy (x text); CREATE TABLE other (x text); INSERT INTO other VALUES ('${'x'.repeat(30)}')`,
  )
  const locker = new pg.Client(db.url)
  await locker.connect()
  await locker.query('BEGIN; LOCK TABLE busy IN ACCESS EXCLUSIVE MODE')
  await using open = await sinkOf(db.url).open(new Bench().context)
  const { coverage } = await scanOf(open)
  expect(coverage.incomplete).toEqual([
    { path: `${db.name}.public.busy`, reason: 'canceling statement due to lock timeout' },
  ])
  expect(coverage.bytes).toBeGreaterThan(29)
  await locker.end()
})

test('a role that may not create is denied the control, with the statement that mends it', async () => {
  await using stranger = await create()
  await using db = await create()
  await db.client.query(
    `GRANT CONNECT ON DATABASE ${db.name} TO ${stranger.name}; CREATE TABLE t (x text); GRANT SELECT ON t TO ${stranger.name}`,
  )
  const bench = new Bench()
  const url = db.urlFor(stranger)
  await using open = await sinkOf(url).open(bench.context)
  await expect(open.plant(bench.canary('control'))).rejects.toMatchObject({
    code: 'SINK_DENIED',
    mend: expect.stringContaining(`GRANT CREATE ON SCHEMA public TO "${stranger.name}"`),
  })
  expect((await scanOf(open)).coverage.incomplete).toEqual([])

  const helped = await bench.opened(postgresSink({ kind: 'postgres', url, controlUrl: db.url }))
  expect((await scanOf(helped.open)).sightings.map(({ canary }) => canary)).toEqual([helped.control.id])
  await helped.open[Symbol.asyncDispose]()
  expect((await scanOf(open)).sightings).toEqual([])
})

test('a database that is not there, or goes away, is said in bounded time', async () => {
  const nothing = createServer().listen(0, '127.0.0.1')
  await once(nothing, 'listening')
  const { port } = nothing.address() as AddressInfo
  const sockets: Socket[] = []
  nothing.on('connection', socket => sockets.push(socket))
  const silent = sinkOf(`postgres://u:secret@127.0.0.1:${port}/x`).open(new Bench().context)
  await expect(silent).rejects.toMatchObject({ code: 'SINK_UNREACHABLE' })
  for (const socket of sockets) socket.destroy()
  nothing.close()
  await once(nothing, 'close')
  const refused = sinkOf(`postgres://u:secret@127.0.0.1:${port}/x`).open(new Bench().context)
  await expect(refused).rejects.toMatchObject({
    code: 'SINK_UNREACHABLE',
    message: expect.not.stringContaining('secret'),
  })

  await using db = await create()
  await db.client.query(
    `CREATE TABLE t (x text); INSERT INTO t SELECT repeat(md5(i::text), 100) FROM generate_series(1, 20000) i`,
  )
  await using open = await sinkOf(db.url).open(new Bench().context)
  const scanning = scanOf(open)
  const ended = new Set<number>()
  await expect
    .poll(async () => {
      const { rows } = await db.client.query<{ pid: number }>(
        `SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lethe' AND pid <> pg_backend_pid()`,
      )
      for (const { pid } of rows) ended.add(pid)
      return ended.size
    })
    .toBe(2)
  const { coverage } = await scanning
  expect(coverage.incomplete).not.toEqual([])
})
