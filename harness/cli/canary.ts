import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import { EXIT, type ExitCode } from '../model/error.ts'
import { loadProfile } from '../profile/load.ts'
import { begin } from '../run/begin.ts'
import { History } from '../run/history.ts'
import { readKey } from '../run/key-file.ts'
import { readRun } from '../run/read.ts'
import { print } from './output.ts'
import { version } from './version.ts'

/** `lethe canary`: mints payload canaries to plant by hand, one a line; makes the run when it is not there yet. */
export async function canaryCommand(flags: {
  readonly run: string
  readonly n: number
  readonly key?: string
}): Promise<ExitCode> {
  const { history, mint } = await openRun(resolve(flags.run), flags.key)
  for (let count = 0; count < flags.n; count += 1) {
    const canary = mint.mint({ role: 'payload', data: 'input', exchange: null, field: 'manual', position: 'whole' })
    history.canary(canary)
    print(`${canary.text}\n`)
  }
  history.close()
  return EXIT.pass
}

async function openRun(run: string, keyFile: string | undefined): Promise<{ history: History; mint: Mint }> {
  const exists = await access(run).then(
    () => true,
    () => false,
  )
  if (exists) {
    const { canaries } = await readRun(run)
    return {
      history: await History.reopen(run),
      mint: new Mint(
        await readKey(run, keyFile),
        canaries.map(({ id }) => id),
      ),
    }
  }
  const key = RunKey.create()
  const history = await begin({
    out: run,
    key,
    profile: await loadProfile('deepinfra'),
    lethe: version(),
    now: () => new Date(),
    deployment: { name: 'by-hand', driver: 'none', sha256: '' },
    harmless: [],
    policy: { inconclusive: 'fail', failOn: 'low' },
  })
  return { history, mint: new Mint(key) }
}
