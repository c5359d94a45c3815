import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeHeapSnapshot } from 'node:v8'
import { Refused } from '../kernel/libc.ts'
import type { Family } from './pattern.ts'
import type { Site } from './site.ts'

const CORE_MS = 20_000
/** Reads a line, and aborts with it in memory. */
const ABORTS = 'ulimit -c unlimited && IFS= read -r text && kill -s ABRT $$'

export const dumps: Family = {
  title: 'Dumps of memory',
  patterns: [
    {
      name: 'core dump',
      how: 'a shell reads the text and aborts, core_pattern as found; unlink of the core',
      kind: 'disk',
      write(site) {
        const core = dumpCore(site)
        site.heldAndUnlinked(core)
      },
    },
    {
      name: 'core dump that stays',
      how: 'a shell reads the text and aborts, core_pattern as found: nobody removes the core',
      kind: 'disk',
      write(site) {
        const core = dumpCore(site)
        site.held(() => readFileSync(core))
      },
    },
    {
      name: 'heap snapshot',
      how: 'v8.writeHeapSnapshot with the text in a string; unlink',
      kind: 'disk',
      write(site) {
        const prompt = { text: site.canary.toString() }
        const path = `${site.path()}.heapsnapshot`
        writeHeapSnapshot(path)
        site.heldAndUnlinked(path)
        prompt.text = ''
      },
    },
    {
      name: 'heap snapshot that stays',
      how: 'v8.writeHeapSnapshot, under the name that Node gives it: nobody removes it',
      kind: 'disk',
      write(site) {
        const prompt = { text: site.canary.toString() }
        const path = writeHeapSnapshot()
        site.held(() => readFileSync(path))
        prompt.text = ''
      },
    },
  ],
}

/** Where the core lies (core(5)). @throws Refused where the kernel puts it elsewhere than into the folder, or nowhere */
function dumpCore(site: Site): string {
  const pattern = readFileSync('/proc/sys/kernel/core_pattern', 'utf8').trim()
  if (pattern.startsWith('|')) throw new Refused(`core_pattern gives cores to a program (${pattern})`)
  if (pattern.includes('/')) throw new Refused(`core_pattern puts cores elsewhere (${pattern})`)
  const before = new Set(readdirSync(site.folder))
  const { signal, stderr } = spawnSync('sh', ['-c', ABORTS], {
    cwd: site.folder,
    input: Buffer.concat([site.canary, Buffer.from('\n')]),
    timeout: CORE_MS,
  })
  if (signal === null) throw new Refused(`a shell could not abort with a core: ${String(stderr).trim()}`)
  const core = readdirSync(site.folder).find(name => !before.has(name) && name.startsWith('core'))
  if (core === undefined) throw new Refused(`no core of a shell that was ended by ${signal}`)
  return join(site.folder, core)
}
