import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { rgPath } from '@vscode/ripgrep'
import type { Contender } from '../contender.ts'

const run = promisify(execFile)

/** ripgrep on one thread, with its start. @param list where the needles are written for it */
export async function ripgrep(
  path: string,
  bytes: number,
  needles: readonly string[],
  list: string,
): Promise<Contender> {
  writeFileSync(list, needles.join('\n'))
  const { stdout: version } = await run(rgPath, ['--version'])
  const args = ['--no-config', '--text', '--fixed-strings', '--count-matches', '--threads=1', '-f', list, path]
  const look = async (): Promise<number> => Number((await run(rgPath, args)).stdout)
  return { name: `${version.split(' (')[0]}, ${needles.length} needles`, bytes, look }
}
