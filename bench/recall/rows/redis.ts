import { spawnSync } from 'node:child_process'
import { copyFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Daemon } from '../daemon.ts'
import { startDaemon } from '../daemon.ts'
import type { Planting } from '../planting.ts'
import { proseAround } from '../prose.ts'
import type { Family, Row } from '../row.ts'

const CLIENT_MS = 10_000

/** What a client does with a text: the arguments of redis-cli, which reads the last argument from its input. */
type Command = readonly string[]
/** What redis-cli prints. @throws Error when it fails */
type Ask = (command: Command, input?: string) => Buffer

/** A server that works in `scratch`, and a client of it. */
async function serve({ scratch }: Planting, options: readonly string[]): Promise<{ server: Daemon; ask: Ask }> {
  const socket = join(scratch, 's')
  const args = ['--port', '0', '--unixsocket', socket, '--dir', scratch, '--save', '', ...options]
  const run = (command: Command, input: string) =>
    spawnSync('redis-cli', ['-s', socket, '-e', ...command], { input, timeout: CLIENT_MS })
  const server = await startDaemon('redis-server', args, () => run(['PING'], '').status === 0)
  const ask = (command: Command, input = ''): Buffer => {
    const { status, stdout, stderr } = run(command, input)
    if (status !== 0) throw new Error(`redis-cli ${command.join(' ')} ended with ${status}: ${stderr}`)
    return stdout
  }
  return { server, ask }
}

/** What a server wrote. @param files a pattern of their names @param options of redis-server */
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
    heavy: true,
    make: async planting => {
      const { server, ask } = await serve(planting, options)
      await using _stopped = server
      ask([], OTHERS)
      for (const command of commands) ask(['-x', ...command], textOf(planting))
      ask(['SAVE'])
      await server.stop()
      copyMatching(planting, files)
    },
    undo: async planting => {
      const { server, ask } = await serve(planting, options)
      await using _stopped = server
      return ask(['GET', 'prompt'])
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

/** Runs of LZF have 32 bytes at most: what stands here before the canary lets both of its magics be cut by their ends. */
const afterId = ({ long, canary }: Planting): string => long.replace(canary, `7Q0K3VX9W2JZ5H8U ${canary}`)

/** Snapshots and the log of a real Redis. */
export const redisFiles: Family = {
  title: 'Redis',
  rows: [
    redis('snapshot by LZF', [], [['SET', 'prompt']], RDB, ({ long }) => long),
    redis('snapshot by LZF, another text', [], [['SET', 'prompt']], RDB, ({ canary }) => proseAround(canary, 1500)),
    redis('snapshot by LZF, after an id', [], [['SET', 'prompt']], RDB, afterId),
    redis('snapshot, short value', [], [['SET', 'prompt']], RDB),
    redis('snapshot, no compression', ['--rdbcompression', 'no'], [['SET', 'prompt']], RDB),
    redis('snapshot, a hash', [], [['HSET', 'session', 'prompt']], RDB, ({ canary }) => canary),
    redis('snapshot, a list', [], [...Array.from({ length: 9 }, () => ['RPUSH', 'chat']), ['LPUSH', 'chat']], RDB),
    redis('snapshot, a stream', [], [['XADD', 'events', '*', 'prompt']], RDB),
    redis('append-only file', ['--appendonly', 'yes'], [['SET', 'prompt']], /\.aof$/),
  ],
}
