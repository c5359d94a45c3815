import { copyFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Planting } from '../planting.ts'
import type { Family, Row } from '../row.ts'

/** A database of SQLite by these statements; `$TEXT` and `$LONG` are the texts. What is there when it is copied is looked through. */
function sqlite(name: string, how: string, script: string, files: readonly string[] = ['a.db']): Row {
  return {
    name,
    how,
    needs: ['sqlite3'],
    make: planting => {
      const statements = script.replace('$TEXT', `'${planting.text}'`).replace('$LONG', `'${planting.long}'`)
      planting.tool('sqlite3', ['a.db'], statements)
      for (const file of files) {
        copyFileSync(join(planting.scratch, file.replace('a.db', 'kept.db')), planting.path(file))
      }
    },
  }
}

const TABLE = 'CREATE TABLE prompts (id INTEGER PRIMARY KEY, body TEXT);'
const FILLED = `${TABLE} WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO prompts SELECT i, 'body ' || i FROM n;`
const KEEP = '\n.shell cp a.db kept.db; if [ -e a.db-wal ]; then cp a.db-wal kept.db-wal; fi\n'

/** A database of RocksDB, compacted so that all stands in compressed blocks. */
function rocksdb(codec: string): Row {
  return {
    name: `RocksDB, ${codec}`,
    how: `ldb put, ldb compact --compression_type=${codec}`,
    needs: ['ldb'],
    ...(codec === 'snappy' ? {} : { heavy: true }),
    make: planting => {
      const db = planting.path('db')
      const filler = Array.from({ length: 200 }, (_, index) => [`a${index}`, `an answer of many: ${index}`]).flat()
      planting.tool('ldb', [`--db=${db}`, '--create_if_missing', 'batchput', ...filler, 'b', planting.text])
      planting.tool('ldb', [`--db=${db}`, 'compact', `--compression_type=${codec}`])
      planting.tool('sh', ['-c', 'rm -f "$1"/*.log "$1"/LOG*; ls "$1"/*.sst', 'sh', db])
    },
    undo: planting => planting.tool('ldb', [`--db=${planting.path('db')}`, 'get', 'b']),
  }
}

function leveldb(name: string, more: string): Row {
  const script = `import plyvel
db = plyvel.DB(sys.argv[1], create_if_missing=True)
for at in range(200): db.put(b"a%d" % at, b"an answer of many: %d" % at)
db.put(b"b", data)
${more}
db.close()`
  return {
    name,
    how: 'python3-plyvel',
    needs: ['python3:plyvel'],
    make: planting => {
      planting.python(script, planting.text, planting.path('db'))
    },
  }
}

/** Entries of a journal in the export format (systemd.io/JOURNAL_EXPORT_FORMATS), one of which has the text. */
function journalExport({ text }: Planting): string {
  const entry = (message: string, at: number): string =>
    [
      `__REALTIME_TIMESTAMP=${1_767_323_045_000_000 + at}`,
      `__MONOTONIC_TIMESTAMP=${1000 + at}`,
      '_BOOT_ID=4e6bfbcd3d0f4c9f8c6fb6f6e8e1c1aa',
      '_SYSTEMD_UNIT=gateway.service',
      `MESSAGE=${message}`,
      '',
      '',
    ].join('\n')
  return Array.from({ length: 20 }, (_, at) => entry(at === 9 ? text : `request ${at} done`, at)).join('')
}

const REMOTE = '/lib/systemd/systemd-journal-remote'

function journal(name: string, compress: boolean): Row {
  return {
    name,
    how: `systemd-journal-remote --compress=${compress ? 'yes' : 'no'}`,
    needs: [REMOTE],
    make: planting => {
      const args = [`--compress=${compress ? 'yes' : 'no'}`, '-o', planting.path('a.journal'), '-']
      planting.tool(REMOTE, args, journalExport(planting))
    },
    undo: planting => planting.tool('journalctl', ['--no-pager', '-o', 'cat', '--file', planting.path('a.journal')]),
  }
}

/** The memory of a process that holds the text, by gdb. */
const core: Row = {
  name: 'core dump',
  how: 'gcore of a python3 that holds it',
  needs: ['gcore', 'python3'],
  heavy: true,
  make: planting => {
    planting.python(
      `import subprocess, os
quiet = {name: subprocess.DEVNULL for name in ("stdin", "stdout", "stderr")}
subprocess.run(["gcore", "-o", sys.argv[1], str(os.getpid())], check=True, timeout=50, **quiet)`,
      planting.text,
      planting.path('core'),
    )
    if (readdirSync(planting.folder).length === 0) throw new Error('gcore wrote nothing')
  },
}

const packedCore: Row = {
  ...core,
  name: 'core dump, zstd',
  how: 'gcore, then zstd as systemd-coredump does',
  needs: [...core.needs, 'zstd'],
  make: async planting => {
    await core.make(planting)
    planting.tool('sh', ['-c', 'zstd -q --rm "$1"/core*', 'sh', planting.folder])
  },
}

/** Embedded databases, journals, memory. */
export const stores: Family = {
  title: 'Stores and memory',
  rows: [
    sqlite('SQLite, a page', 'sqlite3', `${FILLED} INSERT INTO prompts(body) VALUES ($TEXT);${KEEP}`),
    sqlite('SQLite, overflow pages', 'sqlite3', `${FILLED} INSERT INTO prompts(body) VALUES ($LONG);${KEEP}`),
    sqlite(
      'SQLite, UTF-16',
      'sqlite3',
      `PRAGMA encoding='UTF-16'; ${FILLED} INSERT INTO prompts(body) VALUES ($TEXT);${KEEP}`,
    ),
    sqlite(
      'SQLite, write-ahead log',
      'sqlite3',
      `${FILLED} PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; INSERT INTO prompts(body) VALUES ($TEXT);${KEEP}`,
      ['a.db-wal'],
    ),
    sqlite(
      'SQLite, deleted row',
      'sqlite3, secure_delete off',
      `PRAGMA secure_delete=OFF; ${FILLED} INSERT INTO prompts(body) VALUES ($TEXT); DELETE FROM prompts WHERE id > 400;${KEEP}`,
    ),
    sqlite(
      'SQLite, full-text index',
      'sqlite3, FTS5 without the text',
      `CREATE VIRTUAL TABLE words USING fts5(body, content=''); INSERT INTO words(rowid, body) VALUES (1, $TEXT);${KEEP}`,
    ),
    leveldb('LevelDB, log', ''),
    leveldb('LevelDB, table', 'db.compact_range()'),
    rocksdb('no'),
    rocksdb('snappy'),
    rocksdb('lz4'),
    rocksdb('zstd'),
    rocksdb('zlib'),
    journal('journal', false),
    journal('journal, compressed fields', true),
    core,
    packedCore,
  ],
}
