import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { EXIT, type ExitCode, LetheError, reasonOf } from '../model/error.ts'
import { print } from './output.ts'

const TEMPLATE = `import { defineConfig } from 'lethe/config'

export default defineConfig({
  name: 'my-deployment',
  profile: 'deepinfra',
  deployment: { driver: 'external', baseUrl: 'http://127.0.0.1:8000' },
  credentials: { caller: { authorization: 'Bearer \${env.LETHE_API_KEY}' } },
  surfaces: [{ surface: 'openai.chat', base: '/v1', model: 'my-model' }],
  sinks: [
    // Where the deployment may leave data: name every place that you can reach.
    // { kind: 'disk', path: '/var/lib/my-deployment' },
    // { kind: 'disk-writes', paths: ['/var/lib/my-deployment'] }, // root sees most
    // { kind: 'disk-deleted' },
    // { kind: 'disk-dumps' },
    // { kind: 'disk-swap' },
    // { kind: 'memory' }, // of deployment.pids, or of a process that Lethe starts
    // { kind: 'log-file', path: '/var/log/my-deployment/*.log' },
    // { kind: 'postgres', url: '\${env.DATABASE_URL}' },
    { kind: 'doors' },
  ],
})
`

/** `lethe init`: writes a \`lethe.config.ts\` into this folder, unless one is there. */
export async function initCommand(): Promise<ExitCode> {
  const path = resolve('lethe.config.ts')
  await writeFile(path, TEMPLATE, { flag: 'wx' }).catch(cause => {
    throw new LetheError(
      'OUT_UNWRITABLE',
      `Cannot write ${path}: ${reasonOf(cause)}.`,
      'Move away what is there, or go to another folder.',
      { cause },
    )
  })
  print(`Wrote ${path}. Next: name your sinks in it, then \`lethe run\`.\n`)
  return EXIT.pass
}
