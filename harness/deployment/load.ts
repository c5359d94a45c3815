import { createHash } from 'node:crypto'
import { access, readFile } from 'node:fs/promises'
import { dirname, extname, join, resolve } from 'node:path'
import { loadConfig } from 'c12'
import { problemsOf } from '../document/issues.ts'
import { invalid, parseYaml } from '../document/parse.ts'
import type { Problem } from '../document/problem.ts'
import { scriptPositions } from '../document/script.ts'
import { LetheError, reasonOf } from '../model/error.ts'
import { Config } from './config.ts'

export interface LoadedConfig {
  readonly config: Config
  /** absolute path of the file */
  readonly path: string
  /** of the file's bytes */
  readonly sha256: string
}

const NAMES = ['ts', 'mts', 'js', 'mjs', 'yaml', 'yml', 'json'].map(extension => `lethe.config.${extension}`)
const DATA = ['.yaml', '.yml', '.json']

/**
 * Loads a configuration: the file named, or the `lethe.config.*` of the folder.
 *
 * @param check what else may be wrong with it
 * @throws LetheError CONFIG_INVALID with every problem, one a line, as `file:line:column: what is wrong`
 */
export async function loadConfigFile(
  named: string | undefined,
  folder: string,
  check: (config: Config) => Problem[] = () => [],
): Promise<LoadedConfig> {
  const path = named === undefined ? await findConfig(folder) : resolve(folder, named)
  const text = await readFile(path, 'utf8').catch(cause => {
    throw new LetheError(
      'CONFIG_INVALID',
      `Cannot read the configuration ${path}: ${reasonOf(cause)}.`,
      'Name a readable file with --config FILE.',
      { cause },
    )
  })
  const config = DATA.includes(extname(path))
    ? parseYaml(text, path, Config, 'CONFIG_INVALID', document => checked(document, check))
    : await loadScript(path, text, check)
  return { config, path, sha256: createHash('sha256').update(text).digest('hex') }
}

async function findConfig(folder: string): Promise<string> {
  for (const name of NAMES) {
    const path = join(folder, name)
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path
  }
  throw new LetheError(
    'CONFIG_INVALID',
    `There is no lethe.config.ts in ${folder}.`,
    'Write one with `lethe init`, or name another with --config FILE.',
  )
}

function checked(document: unknown, check: (config: Config) => Problem[]): Problem[] {
  const parsed = Config.safeParse(document)
  return parsed.success ? check(parsed.data) : []
}

async function loadScript(path: string, text: string, check: (config: Config) => Problem[]): Promise<Config> {
  const positionOf = scriptPositions(text, path)
  const value = await evaluate(path)
  const parsed = Config.safeParse(value)
  const problems = parsed.success ? check(parsed.data) : problemsOf(parsed.error.issues, Config, value)
  if (!parsed.success || problems.length > 0) throw invalid('CONFIG_INVALID', path, positionOf, problems)
  return parsed.data
}

/** Only the file itself: no rc files, no .env, no layers, no package.json, no cache. */
async function evaluate(path: string): Promise<unknown> {
  try {
    const { config } = await loadConfig({
      cwd: dirname(path),
      configFile: path,
      rcFile: false,
      globalRc: false,
      packageJson: false,
      dotenv: false,
      envName: false,
      extend: false,
      giget: false,
      // No cache on disk: a configuration may hold what is nobody else's business.
      jitiOptions: { fsCache: false },
    })
    return config
  } catch (cause) {
    throw new LetheError(
      'CONFIG_INVALID',
      `${placeIn(cause, path)}: ${reasonOf(cause)}`,
      'The configuration script failed while it ran; mend it there.',
      { cause },
    )
  }
}

/** The script's own line of a stack, where it has one. */
function placeIn(error: unknown, path: string): string {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const at = stack.slice(stack.indexOf(path) + path.length).match(/^:\d+:\d+/)
  return stack.includes(path) && at !== null ? path + at[0] : path
}
