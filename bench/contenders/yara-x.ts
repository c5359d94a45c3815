import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Absent, Contender } from '../contender.ts'
import { eachPiece } from '../pieces.ts'

const PACKAGE = '@litko/yara-x'
const VERSION = '0.3.0'
const SLICE = 64 * 2 ** 20
const INSTALL_MS = 40_000

export const YARA_X = `YARA-X (${PACKAGE} ${VERSION})`

/** The part of the package's interface that is used here. */
interface YaraX {
  compile(source: string): Rules
}

interface Rules {
  scan(data: Buffer): readonly { readonly matches: readonly unknown[] }[]
}

/** @throws Error when it cannot be installed into `folder` (from the npm registry, without install scripts) or loaded */
export async function compileRules(source: string, folder: string): Promise<Rules> {
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder, `${PACKAGE}@${VERSION}`]
  await promisify(execFile)('npm', args, { timeout: INSTALL_MS })
  const { compile } = createRequire(join(folder, 'package.json'))(PACKAGE) as YaraX
  return compile(source)
}

/** YARA-X through its npm binding, which is installed into `folder` for the occasion. */
export async function yaraX(
  path: string,
  bytes: number,
  needles: readonly string[],
  folder: string,
): Promise<Contender | Absent> {
  const name = `${YARA_X}, ${needles.length} needles`
  try {
    const rules = await compileRules(rule(needles), folder)
    const buffer = Buffer.alloc(Math.min(SLICE, bytes))
    const look = async (): Promise<number> => {
      let found = 0
      await eachPiece(path, buffer, 0, length => {
        for (const { matches } of rules.scan(buffer.subarray(0, length))) found += matches.length
      })
      return found
    }
    return { name, bytes, look }
  } catch (error) {
    return { name, absent: `it could not be installed or loaded: ${String(error).split('\n')[0]}` }
  }
}

function rule(needles: readonly string[]): string {
  const strings = needles.map((needle, index) => `$n${index} = "${needle}"`)
  return `rule needles { strings: ${strings.join('\n')} condition: any of them }`
}
