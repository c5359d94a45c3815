import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { renderers } from '../../reports/registry.ts'
import { EXIT, type ExitCode, LetheError } from '../model/error.ts'
import { type Format, type JudgeFlags, judged, render, writeReports } from './judge.ts'
import { print } from './output.ts'

/** `lethe report`: renders a recorded run. Files go into the run, or into `out`; `terminal` is printed. */
export async function reportCommand(
  run: string,
  flags: JudgeFlags & { readonly format: string; readonly out?: string },
): Promise<ExitCode> {
  const formats = flags.format.split(',').map(name => known(name.trim()))
  const judgement = await judged(run, flags)
  const folder = resolve(flags.out ?? run)
  if (flags.out !== undefined) await mkdir(folder, { recursive: true })
  for (const path of await writeReports(judgement, folder, formats)) print(`${path}\n`)
  if (formats.includes('terminal')) print(render(judgement, 'terminal'))
  return EXIT.pass
}

function known(name: string): Format {
  if (Object.hasOwn(renderers, name)) return name as Format
  throw new LetheError('USAGE', `There is no report format "${name}".`, `Known: ${Object.keys(renderers).join(', ')}.`)
}
