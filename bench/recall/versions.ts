import { spawnSync } from 'node:child_process'
import type { Row } from './row.ts'

/** What the tools that rows need are, by Debian's package of each command that is there. */
export function versionNotes(rows: readonly Row[]): string[] {
  const commands = new Set(rows.flatMap(({ needs }) => needs).filter(need => !need.includes(':')))
  const versions = [...commands].sort().flatMap(command => versionOf(command) ?? [])
  return versions.length === 0 ? [] : [`Debian packages: ${[...new Set(versions)].sort().join(', ')}`]
}

function versionOf(command: string): string | null {
  const [, path = ''] = /^(\/\S+)$/m.exec(output('sh', ['-c', 'readlink -f "$(command -v "$1")"', 'sh', command])) ?? []
  const [owner] = output('dpkg', ['-S', path.replace(/^\/usr\/(bin|sbin)/, '*/$1')]).split(':')
  if (owner === undefined || owner === '') return null
  return output('dpkg-query', ['-W', '-f', '${binary:Package} ${Version}', owner]) || null
}

/** Nothing where the command fails or is not there. */
function output(command: string, args: readonly string[]): string {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' })
  return status === 0 ? stdout : ''
}
