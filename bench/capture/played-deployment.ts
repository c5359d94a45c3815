import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { Launch } from '../../harness/deployment/launch.ts'
import type { Canary } from '../../harness/model/canary.ts'
import { LineProcess } from './line-process.ts'
import type { Pattern } from './patterns/pattern.ts'

const HOST = fileURLToPath(new URL('./host.ts', import.meta.url))
const ANSWER_MS = 60_000

/** What came of a pattern: whether its text was read back where it was to be proven, or why it could not be played here. */
const Answer = z.union([z.strictObject({ proven: z.boolean().nullable() }), z.strictObject({ refused: z.string() })])
export type Answer = z.infer<typeof Answer>

interface Played {
  readonly folder: string
  /** milliseconds, or `prove` */
  readonly hold: number | 'prove'
  readonly patterns: readonly Pattern[]
  readonly launch: Launch
}

/** A deployment that writes what it is given, pattern by pattern, each in a process of its own. */
export class PlayedDeployment extends LineProcess {
  constructor({ folder, hold, patterns, launch }: Played) {
    super(launch, [process.execPath, HOST, folder, String(hold), ...patterns.map(({ name }) => name)], folder)
  }

  /** Gives the next pattern its text. @throws Error when it fails, or does not answer within a minute */
  async play(canary: Canary): Promise<Answer> {
    this.send(`${canary.text}\n`)
    return Answer.parse(JSON.parse(await this.line(ANSWER_MS)))
  }
}
