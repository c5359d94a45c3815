import { closeSync, fstatSync, ftruncateSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { CanaryRecord } from '../model/canary.ts'
import { codeOfUnwritten, LetheError, reasonOf } from '../model/error.ts'
import type { Exchange } from '../model/exchange.ts'
import type { Observation } from '../model/observation.ts'
import { RunMeta } from '../model/run.ts'
import type { Sighting } from '../model/sighting.ts'

/** The files of a run folder. The key is not among them. */
export const RUN_FILES = {
  meta: 'run.json',
  profile: 'profile.yaml',
  canaries: 'canaries.ndjson',
  exchanges: 'exchanges.ndjson',
  observations: 'observations.ndjson',
  sightings: 'sightings.ndjson',
} as const

type Ledger = 'canaries' | 'exchanges' | 'observations' | 'sightings'

/**
 * A run folder that is being written (mode 0700). Every record is on its way to the file before the call returns, so
 * that whatever happens next, what was recorded stays and can be judged. Once a record could not be written whole (a full
 * disk), nothing is added any more: every further call throws LetheError RUN_UNWRITABLE, and so does `end`.
 */
export class History {
  readonly path: string
  #meta: RunMeta
  readonly #ledgers = new Map<Ledger, number>()
  #failure: LetheError | null = null

  private constructor(path: string, meta: RunMeta) {
    this.path = path
    this.#meta = meta
  }

  /** @throws LetheError OUT_UNWRITABLE when the folder is not empty or cannot be made, RUN_UNWRITABLE when it is full */
  static async create(path: string, meta: RunMeta, profileText: string): Promise<History> {
    const folder = resolve(path)
    await claim(folder)
    const history = new History(folder, meta)
    history.#guarded(() => writeFileSync(join(folder, RUN_FILES.profile), profileText, { mode: 0o600 }))
    for (const ledger of ['canaries', 'exchanges', 'observations', 'sightings'] as const) history.#open(ledger)
    await history.update({})
    return history
  }

  /** Opens a run to add to it, such as further canaries. @throws LetheError RUN_UNREADABLE */
  static async reopen(path: string): Promise<History> {
    const folder = resolve(path)
    return new History(folder, await readMeta(folder))
  }

  get meta(): RunMeta {
    return this.#meta
  }

  canary(record: CanaryRecord): void {
    const { id, role, data, exchange, field, position } = record
    this.#append('canaries', { id, role, data, exchange, field, position })
  }

  exchange(exchange: Exchange): void {
    this.#append('exchanges', exchange)
  }

  observation(observation: Observation): void {
    this.#append('observations', observation)
  }

  sighting(sighting: Sighting): void {
    this.#append('sightings', sighting)
  }

  /** Replaces `run.json` in one step: a reader sees the old one or the new one, whole. */
  async update(change: Partial<RunMeta>): Promise<void> {
    if (this.#failure !== null) throw this.#failure
    await this.#replaceMeta(change)
  }

  /** Writes the last of `run.json`, also where records were lost, and closes. */
  async end(change: Partial<RunMeta>): Promise<void> {
    const before = this.#failure
    await this.#replaceMeta(before === null ? change : { ...change, state: 'broken' }).catch(() => {})
    this.close()
    if (this.#failure !== null) throw this.#failure
  }

  close(): void {
    for (const descriptor of this.#ledgers.values()) closeSync(descriptor)
    this.#ledgers.clear()
  }

  async #replaceMeta(change: Partial<RunMeta>): Promise<void> {
    this.#meta = { ...this.#meta, ...change }
    const target = join(this.path, RUN_FILES.meta)
    try {
      await writeFile(`${target}.new`, `${JSON.stringify(this.#meta, null, 2)}\n`, { mode: 0o600 })
      await rename(`${target}.new`, target)
    } catch (cause) {
      await rm(`${target}.new`, { force: true })
      throw this.#failed(cause)
    }
  }

  #open(ledger: Ledger): number {
    const descriptor = this.#guarded(() => openSync(join(this.path, RUN_FILES[ledger]), 'a', 0o600))
    this.#ledgers.set(ledger, descriptor)
    return descriptor
  }

  #append(ledger: Ledger, record: unknown): void {
    if (this.#failure !== null) throw this.#failure
    const descriptor = this.#ledgers.get(ledger) ?? this.#open(ledger)
    const line = Buffer.from(`${JSON.stringify(record)}\n`)
    const before = fstatSync(descriptor).size
    this.#guarded(() => {
      try {
        // A disk that is nearly full takes a part (write(2)); the next call then says why.
        for (let done = 0; done < line.length; ) done += writeSync(descriptor, line, done)
      } catch (error) {
        ftruncateSync(descriptor, before)
        throw error
      }
    })
  }

  #guarded<T>(work: () => T): T {
    try {
      return work()
    } catch (cause) {
      throw this.#failed(cause)
    }
  }

  #failed(cause: unknown): LetheError {
    this.#failure ??= new LetheError(
      'RUN_UNWRITABLE',
      `The run can no longer be recorded in ${this.path}: ${reasonOf(cause)}.`,
      'Make room there, or name another folder by --out, and run again; what was recorded before can be judged.',
      { cause },
    )
    return this.#failure
  }
}

/** Reads `run.json`. @throws LetheError RUN_UNREADABLE */
export async function readMeta(folder: string): Promise<RunMeta> {
  const path = join(folder, RUN_FILES.meta)
  try {
    return RunMeta.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (cause) {
    throw new LetheError(
      'RUN_UNREADABLE',
      `${folder} is not a run: cannot read ${path}: ${reasonOf(cause)}.`,
      'Name a run folder, as printed by `lethe run` or made by `lethe canary --run`.',
      { cause },
    )
  }
}

async function claim(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await chmod(folder, 0o700)
    if ((await readdir(folder)).length === 0) return
  } catch (cause) {
    throw new LetheError(
      codeOfUnwritten(cause),
      `Cannot make the run folder ${folder}: ${reasonOf(cause)}.`,
      'Choose another --out.',
      { cause },
    )
  }
  throw new LetheError(
    'OUT_UNWRITABLE',
    `The run folder ${folder} is not empty.`,
    'Choose an --out that is new or empty: a run is never written over.',
  )
}
