import { readFile, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { RunKey } from '../canary/key.ts'
import { codeOfUnwritten, LetheError, reasonOf } from '../model/error.ts'

const KeyFile = z.object({ lethe: z.literal('key'), secret: z.string().regex(/^[0-9a-f]{64}$/) })

/** The key lies beside the run folder, so that the folder can be shared whole: `RUN` has its key in `RUN.key`. */
export function keyPath(run: string): string {
  return `${run.replace(/\/+$/, '')}.key`
}

/** Writes the key with mode 0600. @throws LetheError OUT_UNWRITABLE, also when a key is there already; RUN_UNWRITABLE */
export async function writeKey(run: string, key: RunKey): Promise<void> {
  const path = keyPath(run)
  try {
    await writeFile(path, `${JSON.stringify({ lethe: 'key', secret: key.hex })}\n`, { mode: 0o600, flag: 'wx' })
  } catch (cause) {
    throw new LetheError(
      codeOfUnwritten(cause),
      `Cannot write the run's key ${path}: ${reasonOf(cause)}.`,
      'Choose another --out.',
      {
        cause,
      },
    )
  }
}

/** Reads a run's key from beside it, or from `path`. @throws LetheError KEY_UNREADABLE */
export async function readKey(run: string, path = keyPath(run)): Promise<RunKey> {
  try {
    return RunKey.fromHex(KeyFile.parse(JSON.parse(await readFile(path, 'utf8'))).secret)
  } catch (cause) {
    throw new LetheError(
      'KEY_UNREADABLE',
      `Cannot read the key of run ${run} from ${path}.`,
      'A shared run comes without its key. Ask the one who made the run for it and name it with --key FILE.',
      { cause },
    )
  }
}
