import { rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { renderers } from '../../reports/registry.ts'
import type { ReportContext } from '../../reports/report.ts'
import { judge } from '../judge/judge.ts'
import { codeOfUnwritten, type ExitCode, LetheError, reasonOf } from '../model/error.ts'
import type { Results } from '../model/finding.ts'
import type { RunRecord } from '../model/run.ts'
import { loadProfile } from '../profile/load.ts'
import { readRun } from '../run/read.ts'
import { colours, print } from './output.ts'
import { type PolicyFlags, withFlags } from './policy.ts'

export interface JudgeFlags extends PolicyFlags {
  readonly profile?: string
}

/** `lethe judge`: judges a recorded run again, writes its reports into it and prints the verdicts. */
export async function judgeRun(run: string, flags: JudgeFlags): Promise<ExitCode> {
  const judgement = await judged(run, flags)
  const written = await writeReports(judgement, resolve(run), ['json', 'junit', 'html'])
  print(render(judgement, 'terminal'))
  print(`\nReport: ${written.at(-1)}\nRun:    ${resolve(run)}\n`)
  return judgement.results.exitCode as ExitCode
}

/** A recorded run with its judgement. */
export interface Judgement {
  readonly record: RunRecord
  readonly results: Results
}

/** Judges a recorded run. @throws LetheError RUN_UNREADABLE, PROFILE_INVALID */
export async function judged(run: string, flags: JudgeFlags): Promise<Judgement> {
  const loaded = flags.profile === undefined ? undefined : await loadProfile(flags.profile)
  const record = await readRun(run, loaded)
  return { record, results: judge(record, withFlags(record.meta.policy, flags)) }
}

export type Format = keyof typeof renderers

/** Formats that have no file are left out. @returns the files written, in the order of the formats. @throws LetheError OUT_UNWRITABLE, RUN_UNWRITABLE */
export async function writeReports(
  judgement: Judgement,
  folder: string,
  formats: readonly Format[],
): Promise<string[]> {
  const written: string[] = []
  for (const format of formats) {
    const { fileName } = renderers[format]
    if (fileName === null) continue
    const path = join(folder, fileName)
    await writeFile(path, render(judgement, format), { mode: 0o600 }).catch(async cause => {
      const code = codeOfUnwritten(cause)
      // A full disk leaves a part of it.
      if (code === 'RUN_UNWRITABLE') await rm(path, { force: true })
      throw new LetheError(
        code,
        `Cannot write the report ${path}: ${reasonOf(cause)}.`,
        'Copy the run to a folder that you may write, or name one with --out.',
        { cause },
      )
    })
    written.push(path)
  }
  return written
}

export function render({ record, results }: Judgement, format: Format): string {
  const context: ReportContext = {
    canaries: record.canaries,
    clauses: record.profile.clauses,
    color: colours(process.stdout),
    width: process.stdout.columns ?? 120,
  }
  return renderers[format].render(results, context)
}
