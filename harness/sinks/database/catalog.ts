import type pg from 'pg'

/** A relation of the database, with what the reading role may do. */
export interface Relation {
  readonly schema: string
  readonly name: string
  /** only a `table` (a partition, a materialized view) keeps rows */
  readonly kind: 'table' | 'view' | 'foreign table' | 'partitioned table'
  readonly schemaAllowed: boolean
  /** false where the role may read some columns only: it then cannot tell rows by their ctid */
  readonly allowed: boolean
  readonly columns: readonly Column[]
}

export interface Column {
  readonly name: string
  readonly bytes: boolean
  readonly allowed: boolean
}

const RELATIONS = `
  SELECT n.nspname::text AS schema, c.relname::text AS name,
    CASE c.relkind WHEN 'v' THEN 'view' WHEN 'f' THEN 'foreign table' WHEN 'p' THEN 'partitioned table' ELSE 'table' END AS kind,
    has_schema_privilege(n.oid, 'USAGE') AS "schemaAllowed", has_table_privilege(c.oid, 'SELECT') AS allowed,
    coalesce((
      SELECT json_agg(json_build_object('name', a.attname, 'bytes', a.atttypid = 'bytea'::regtype,
        'allowed', has_column_privilege(c.oid, a.attnum, 'SELECT')) ORDER BY a.attnum)
      FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]') AS columns
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'm', 'p', 'v', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
  ORDER BY n.nspname, c.relname LIMIT $1`

/** Every table, partition, materialized view, view and foreign table outside the system's own schemas. */
export async function listRelations(client: pg.Client, most: number): Promise<Relation[]> {
  const { rows } = await client.query<Relation>(RELATIONS, [most])
  return rows
}

/** Text in the catalog that may hold content. `sql` gives two columns: what names the row, and the text. */
export interface CatalogText {
  readonly table: string
  readonly column: string
  readonly sql: string
}

const NOT_OURS = `nspname !~ '^pg_' AND nspname <> 'information_schema'`
const oidOf = (name: 'viewname' | 'tablename'): string =>
  `(SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = schemaname AND c.relname = ${name})::text`
const NAMED_BY_USERS = `SELECT oid FROM pg_namespace WHERE ${NOT_OURS}`

/** Names and source text, comments, sampled column values, last statements: what people forget that a database keeps. */
export const CATALOG_TEXTS: readonly CatalogText[] = [
  {
    table: 'pg_namespace',
    column: 'nspname',
    sql: `SELECT oid::text, nspname::text FROM pg_namespace WHERE ${NOT_OURS}`,
  },
  {
    table: 'pg_class',
    column: 'relname',
    sql: `SELECT oid::text, relname::text FROM pg_class WHERE relnamespace IN (${NAMED_BY_USERS})`,
  },
  {
    table: 'pg_attribute',
    column: 'attname',
    sql: `SELECT attrelid::text || '.' || attnum, attname::text FROM pg_attribute
      WHERE attnum > 0 AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace IN (${NAMED_BY_USERS}))`,
  },
  { table: 'pg_enum', column: 'enumlabel', sql: 'SELECT oid::text, enumlabel::text FROM pg_enum' },
  {
    table: 'pg_type',
    column: 'typname',
    sql: `SELECT oid::text, typname::text FROM pg_type WHERE typnamespace IN (${NAMED_BY_USERS})`,
  },
  {
    table: 'pg_proc',
    column: 'prosrc',
    sql: `SELECT oid::text, concat_ws(' ', proname, prosrc) FROM pg_proc WHERE pronamespace IN (${NAMED_BY_USERS})`,
  },
  {
    table: 'pg_constraint',
    column: 'conname',
    sql: `SELECT oid::text, concat_ws(' ', conname, pg_get_constraintdef(oid)) FROM pg_constraint
      WHERE connamespace IN (${NAMED_BY_USERS})`,
  },
  {
    table: 'pg_attrdef',
    column: 'adbin',
    sql: 'SELECT oid::text, pg_get_expr(adbin, adrelid) FROM pg_attrdef',
  },
  {
    table: 'pg_views',
    column: 'definition',
    sql: `SELECT ${oidOf('viewname')}, definition FROM pg_views WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  },
  {
    table: 'pg_description',
    column: 'description',
    sql: `SELECT concat_ws('.', classoid, objoid, objsubid), description FROM pg_description
      WHERE objoid >= 16384 OR classoid = 'pg_namespace'::regclass`,
  },
  {
    table: 'pg_shdescription',
    column: 'description',
    sql: `SELECT concat_ws('.', classoid, objoid), description FROM pg_shdescription`,
  },
  {
    table: 'pg_stats',
    column: 'most_common_vals, histogram_bounds',
    sql: `SELECT ${oidOf('tablename')}, concat_ws(' ', most_common_vals, histogram_bounds, most_common_elems)
      FROM pg_stats WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  },
  {
    table: 'pg_stat_activity',
    column: 'query',
    sql: `SELECT pid::text, query FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query <> ''`,
  },
]
