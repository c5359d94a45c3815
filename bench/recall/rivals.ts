import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { rgPath } from '@vscode/ripgrep'
import { reasonOf } from '../../harness/model/error.ts'
import { compileRules, YARA_X } from '../contenders/yara-x.ts'
import { filesBelow } from './finders.ts'

const RIPGREP_MS = 60_000
const SLICE = 64 * 2 ** 20
const OVERLAP = 4096

/** Another tool that searches files for a text. */
export interface Rival {
  readonly name: string
  /** @throws Error when the tool fails, which is not the same as finding nothing */
  finds(folder: string): boolean
}

/** ripgrep's name with its version. */
export function ripgrepName(): string {
  return String(spawnSync(rgPath, ['--version']).stdout).split(' (')[0] ?? 'ripgrep'
}

/** ripgrep for any of these texts, in every file, binary or not. @param more such as `-z`, for compressed files */
export function ripgrep(texts: readonly string[], ...more: readonly string[]): Rival {
  const args = ['--no-config', '-a', '-F', '-uuu', '--quiet', ...more, ...texts.flatMap(text => ['-e', text])]
  const finds = (folder: string): boolean => {
    const { status, stderr } = spawnSync(rgPath, [...args, folder], { timeout: RIPGREP_MS })
    // 2: something could not be read; with --quiet a match is 0 all the same.
    if (status === 0 || status === 1 || (status === 2 && more.length > 0)) return status === 0
    throw new Error(`ripgrep ended with ${status}: ${stderr}`)
  }
  return { name: ['ripgrep', ...more].join(' '), finds }
}

/** Every modifier that YARA has for texts: some exclude each other, so each text stands there three times. */
function rule(texts: readonly string[]): string {
  const forms = ['ascii wide nocase', 'ascii wide xor', 'ascii wide base64 base64wide']
  const strings = texts.flatMap((text, index) => forms.map((form, at) => `$s${index}_${at} = "${text}" ${form}`))
  return `rule canary { strings: ${strings.join('\n')} condition: any of them }`
}

/** @param folder where it is installed to, on demand @returns why it cannot be had, where it cannot */
export async function yaraX(texts: readonly string[], folder: string): Promise<Rival | { readonly absent: string }> {
  try {
    const rules = await compileRules(rule(texts), folder)
    const finds = (within: string): boolean =>
      filesBelow(within).some(path => slicesOf(path).some(slice => rules.scan(slice).length > 0))
    return { name: YARA_X, finds }
  } catch (error) {
    return { absent: `${YARA_X} could not be installed or loaded: ${reasonOf(error)}` }
  }
}

/** The parts of a file, each with the end of the one before. */
function* slicesOf(path: string): Generator<Buffer> {
  const { size } = statSync(path)
  const file = openSync(path, 'r')
  try {
    for (let at = 0; at < size; at += SLICE - OVERLAP) {
      const slice = Buffer.alloc(Math.min(SLICE, size - at))
      readSync(file, slice, 0, slice.length, at)
      yield slice
    }
  } finally {
    closeSync(file)
  }
}
