import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { Family, Pattern } from './pattern.ts'

/** A row is inserted, committed, deleted and vacuumed away. */
function sqlite(name: string, mode: 'DELETE' | 'WAL', holder: (path: string) => string): Pattern {
  return {
    name,
    how: `journal_mode=${mode}, secure_delete=on: INSERT, DELETE, VACUUM, close`,
    kind: 'disk',
    write(site) {
      const path = site.path()
      const database = new DatabaseSync(path)
      database.exec(`PRAGMA journal_mode=${mode}; PRAGMA secure_delete=on; CREATE TABLE prompts (text TEXT)`)
      database.prepare('INSERT INTO prompts VALUES (?)').run(site.content.toString())
      site.held(() => readFileSync(holder(path)))
      database.exec('DELETE FROM prompts; VACUUM')
      database.close()
    },
  }
}

export const databases: Family = {
  title: 'Databases in files',
  patterns: [
    sqlite('SQLite, rollback journal', 'DELETE', path => path),
    sqlite('SQLite, write-ahead log', 'WAL', path => `${path}-wal`),
  ],
}
