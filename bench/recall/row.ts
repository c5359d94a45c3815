import { spawnSync } from 'node:child_process'
import type { Planting } from './planting.ts'
import { PYTHON } from './planting.ts'

/** What a row needs of the machine: a command, or a module of Python as `python3:module`. */
export type Need = string

/** One way in which a canary may lie in files. */
export interface Row {
  /** unique */
  readonly name: string
  /** the encoder or tool that writes it, and its options */
  readonly how: string
  readonly needs: readonly Need[]
  /** takes a server or seconds: not for the unit tests */
  readonly heavy?: true
  /** the most that can be said of it: what is left of the canary tells no id */
  readonly most?: 'evidence'
  /** Puts the files into `planting.folder`. @throws Error when a tool that is there fails */
  make(planting: Planting): Promise<void> | void
  /** Reads the files back by the format's own tool, independently of any search: what they hold in plain. */
  undo?(planting: Planting): Promise<Uint8Array | string> | Uint8Array | string
}

/** Rows of one kind, in the order of the document. */
export interface Family {
  readonly title: string
  readonly rows: readonly Row[]
}

const known = new Map<Need, boolean>()

/** What of a row's needs the machine lacks: null for nothing. */
export function missingFor({ needs }: Row): string | null {
  const missing = needs.filter(need => !isThere(need))
  return missing.length === 0 ? null : `${missing.join(', ')} is not installed`
}

function isThere(need: Need): boolean {
  const there = known.get(need) ?? ask(need)
  known.set(need, there)
  return there
}

function ask(need: Need): boolean {
  const [command = '', module] = need.split(':')
  if (module !== undefined) return spawnSync(PYTHON, ['-c', `import ${module}`]).status === 0
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', command]).status === 0
}

/** A row whose one file is what a function of the planting gives. @param file its name; what reads it goes by the ending */
export function written(
  name: string,
  how: string,
  file: string,
  content: (planting: Planting) => Uint8Array | string,
  needs: readonly Need[] = [],
): Row {
  return { name, how, needs, make: planting => planting.write(file, content(planting)) }
}

/** A row whose one file is what a command prints when it is given the text. */
export function filtered(name: string, file: string, command: string, ...args: string[]): Row {
  const content = (planting: Planting): Uint8Array => planting.tool(command, args)
  return written(name, [command, ...args].join(' '), file, content, [command])
}

/** A row whose one file is what a Python script prints (`data` is the text as bytes). */
export function byPython(name: string, file: string, script: string, modules: readonly string[] = []): Row {
  const needs = ['python3', ...modules.map(module => `python3:${module}`)]
  const lines = script.split('\n').map(line => line.trim())
  return written(name, `python3: ${lines.at(-1)}`, file, planting => planting.python(lines.join('\n')), needs)
}
