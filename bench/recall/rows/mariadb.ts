import { spawnSync } from 'node:child_process'
import { copyFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { startDaemon } from '../daemon.ts'
import type { Planting } from '../planting.ts'
import type { Family, Row } from '../row.ts'

const INSTALL_MS = 60_000
const STATEMENT_MS = 30_000

/** A server on a socket in a folder of its own. */
interface MariaDb extends AsyncDisposable {
  readonly data: string
  /** What the statements print. @throws Error when one of them fails */
  ask(statements: string): string
}

/** @param folder an empty one, for it alone */
async function startMariaDb(folder: string): Promise<MariaDb> {
  const data = join(folder, 'data')
  const socket = join(folder, 's')
  const user = process.getuid?.() === 0 ? ['--user=root'] : []
  const client = (statements: string) =>
    spawnSync('mariadb', ['--no-defaults', '--socket', socket, '--batch', '--raw', '-uroot'], {
      input: statements,
      timeout: STATEMENT_MS,
      encoding: 'utf8',
    })
  const install = ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db']
  const { status, stderr } = spawnSync('mariadb-install-db', [...install, ...user], { timeout: INSTALL_MS })
  if (status !== 0) throw new Error(`mariadb-install-db ended with ${status}: ${stderr}`)
  const args = ['--no-defaults', `--datadir=${data}`, `--socket=${socket}`, '--skip-networking', '--log-bin=log']
  const isReady = (): boolean => client('CREATE DATABASE IF NOT EXISTS kept').status === 0
  const { stop } = await startDaemon('mariadbd', [...args, '--server-id=1', ...user], isReady)
  return { data, ask: statements => answer(client(`USE kept;\n${statements}`)), [Symbol.asyncDispose]: stop }
}

function answer({ status, stdout, stderr }: { status: number | null; stdout: string; stderr: string }): string {
  if (status !== 0) throw new Error(`mariadb ended with ${status}: ${stderr}`)
  return stdout
}

const NEEDS = ['mariadbd', 'mariadb-install-db', 'mariadb', 'setpriv']
const MORE = "INSERT INTO $table (body) SELECT CONCAT('answer ', seq) FROM seq_1_to_300;"

let tables = 0

/** The file of a table of its own, flushed. @param options of the table @param after what follows the insertion */
function table(name: string, options: string, textOf: (planting: Planting) => string, after = ''): Row {
  const kept = new WeakMap<Planting, string>()
  return {
    name: `MariaDB, ${name}`,
    how: `InnoDB ${options} ${after}`.trim().replaceAll('$table', 'prompts'),
    needs: NEEDS,
    heavy: true,
    make: async planting => {
      const { data, ask } = await planting.shared.get(startMariaDb)
      const table = `prompts_${++tables}`
      const create = `CREATE TABLE $table (id INT AUTO_INCREMENT PRIMARY KEY, body LONGTEXT) ENGINE=InnoDB ${options};`
      const insert = `INSERT INTO $table (body) VALUES ('${textOf(planting)}');`
      const flush = 'FLUSH TABLES $table FOR EXPORT;'
      kept.set(planting, ask(`${create}${MORE}${insert} SELECT body FROM $table;`.replaceAll('$table', table)))
      // The lock, under which the file is whole, ends with the connection: no page of it changes afterwards.
      ask(`${after}${flush}`.replaceAll('$table', table))
      copyFileSync(join(data, 'kept', `${table}.ibd`), planting.path('prompts.ibd'))
    },
    undo: planting => kept.get(planting) ?? '',
  }
}

/** The events that an insertion writes to a new file of the binary log. */
function binaryLog(name: string, setting: string): Row {
  return {
    name: `MariaDB, ${name}`,
    how: setting,
    needs: NEEDS,
    heavy: true,
    make: async planting => {
      const { data, ask } = await planting.shared.get(startMariaDb)
      const table = `logged_${++tables}`
      ask(`CREATE TABLE ${table} (body LONGTEXT); SET GLOBAL ${setting}; FLUSH BINARY LOGS;`)
      ask(`INSERT INTO ${table} VALUES ('${planting.text}'); FLUSH BINARY LOGS;`)
      const log = readdirSync(data)
        .filter(file => /^log\.\d+$/.test(file))
        .sort()
        .at(-2)
      if (log === undefined) throw new Error('MariaDB wrote no binary log')
      copyFileSync(join(data, log), planting.path('log.bin'))
    },
  }
}

/** Files of a real MariaDB. */
export const mariadbFiles: Family = {
  title: 'MariaDB',
  rows: [
    table('a row', '', ({ text }) => text),
    table('a long text', '', ({ long }) => long),
    table('compressed rows', 'ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8', ({ text }) => text),
    table('compressed rows, a long text', 'ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8', ({ long }) => long),
    table('compressed pages', 'PAGE_COMPRESSED=1', ({ text }) => text),
    table('deleted row', '', ({ text }) => text, 'DELETE FROM $table WHERE id > 290;'),
    binaryLog('binary log', 'log_bin_compress=OFF'),
    binaryLog('binary log, compressed', 'log_bin_compress=ON'),
  ],
}
