import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Writable } from 'node:stream'
import type { Family } from './pattern.ts'

/** The text comes on descriptor 3: Node closes a child's standard input when it ends, and the orphan's with it. */
const CHILD = 'cat <&3 > "$1"'
const ORPHAN = '(cat <&3 > "$1"; :) &'

export const writtenByOthers: Family = {
  title: 'Files that another process writes',
  patterns: [
    {
      name: 'by a child',
      how: 'cat > FILE in a child, unlink',
      kind: 'disk',
      async write(site) {
        const path = site.path()
        const child = shell(['sh', '-c', CHILD, 'sh', path])
        give(child, site.content)
        await once(child, 'close')
        site.heldAndUnlinked(path)
      },
    },
    {
      name: 'by an orphan',
      how: 'cat > FILE in the background of a session whose leader has ended, unlink',
      kind: 'disk',
      async write(site) {
        const path = site.path()
        const child = shell(['setsid', 'sh', '-c', ORPHAN, 'sh', path])
        // The orphan holds on to its output: `close` is its end, `exit` that of its parent.
        const closed = once(child, 'close')
        await once(child, 'exit')
        give(child, site.content)
        await closed
        site.heldAndUnlinked(path)
      },
    },
  ],
}

function shell([program = '', ...args]: readonly string[]): ChildProcess {
  return spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] })
}

function give({ stdio }: ChildProcess, content: Buffer): void {
  const input = stdio[3]
  if (!(input instanceof Writable)) throw new TypeError('the shell has no descriptor 3 to write to')
  input.end(content)
}
