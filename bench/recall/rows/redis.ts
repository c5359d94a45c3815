import { spawnSync } from 'node:child_process'
import { copyFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { startDaemon } from '../daemon.ts'
import type { Planting } from '../planting.ts'
import { proseAround } from '../prose.ts'
import type { Family, Row } from '../row.ts'

const CLIENT_MS = 10_000

/** What a client does with a text: the arguments of redis-cli, which reads the last argument from its input. */
type Command = readonly string[]

/** Runs a server in `scratch`, on a socket there, and copies what it wrote. @param files a pattern of their names */
function redis(
  name: string,
  options: readonly string[],
  commands: readonly Command[],
  files: RegExp,
  textOf: (planting: Planting) => string = ({ text }) => text,
): Row {
  return {
    name: `Redis, ${name}`,
    how: `redis-server ${options.join(' ')}: ${commands.map(([verb]) => verb).join(', ')}`,
    needs: ['redis-server', 'redis-cli', 'setpriv'],
    make: async planting => {
      // The path of a socket is short: it is named by the folder that the server works in.
      const socket = join(planting.scratch, 's')
      const args = ['--port', '0', '--unixsocket', socket, '--dir', planting.scratch, '--save', '', ...options]
      const ask = (command: Command, input = ''): boolean =>
        spawnSync('redis-cli', ['-s', socket, '-e', ...command], { input, timeout: CLIENT_MS }).status === 0
      await using server = await startDaemon('redis-server', args, () => ask(['PING']))
      for (let index = 0; index < 40; index++)
        planting.tool('redis-cli', ['-s', socket, 'SET', `k${index}`, `value ${index}`])
      for (const command of commands) {
        if (!ask(['-x', ...command], textOf(planting))) throw new Error(`redis-cli ${command.join(' ')} failed`)
      }
      if (!ask(['SAVE'])) throw new Error('redis-cli SAVE failed')
      await server.stop()
      copyMatching(planting, files)
    },
  }
}

function copyMatching({ scratch, folder }: Planting, files: RegExp): void {
  const found = readdirSync(scratch, { recursive: true, encoding: 'utf8' }).filter(path => files.test(path))
  if (found.length === 0) throw new Error('the server wrote no such file')
  for (const path of found) copyFileSync(join(scratch, path), join(folder, path.replaceAll('/', '-')))
}

const OTHERS = Array.from({ length: 40 }, (_, index) => `SET k${index} value-${index}\n`).join('')
const RDB = /dump\.rdb$/

/** Snapshots and the log of a real Redis. */
export const redisFiles: Family = {
  title: 'Redis',
  rows: [
    redis('snapshot by LZF', [], [['SET', 'prompt']], RDB, ({ long }) => long),
    redis('snapshot by LZF, another text', [], [['SET', 'prompt']], RDB, ({ canary }) => proseAround(canary, 1500)),
    redis('snapshot by LZF, a third text', [], [['SET', 'prompt']], RDB, ({ canary }) => proseAround(canary, 5000)),
    redis('snapshot, short value', [], [['SET', 'prompt']], RDB),
    redis('snapshot, no compression', ['--rdbcompression', 'no'], [['SET', 'prompt']], RDB),
    redis('snapshot, a hash', [], [['HSET', 'session', 'prompt']], RDB, ({ canary }) => canary),
    redis('snapshot, a list', [], [...Array.from({ length: 9 }, () => ['RPUSH', 'chat']), ['LPUSH', 'chat']], RDB),
    redis('snapshot, a stream', [], [['XADD', 'events', '*', 'prompt']], RDB),
    redis('append-only file', ['--appendonly', 'yes'], [['SET', 'prompt']], /\.aof$/),
  ],
}
