import type { RunKey } from '../canary/key.ts'
import type { Canary, CanaryRecord } from '../model/canary.ts'
import type { RunMeta } from '../model/run.ts'
import { Fingerprints } from '../scan/fingerprints/fingerprints.ts'
import type { MadeOutput } from '../traffic/drive-case.ts'
import { fillerText } from '../traffic/filler.ts'

const CONTROL_BYTES = 200
const NOTHING = new Uint8Array()

/** What the run folder gets to know of outputs: how many, and a record of each that can be found. Never a text. */
export interface LearnedOutputs {
  readonly summary: NonNullable<RunMeta['outputs']>
  readonly records: readonly CanaryRecord[]
}

/** The outputs of a run whose upstream is not ours: kept in memory, then looked for by their fingerprints. */
export class Outputs {
  readonly fingerprints: Fingerprints
  readonly #mint: (about: Omit<CanaryRecord, 'id'>) => Canary
  readonly #records: CanaryRecord[] = []

  /** @param mint gives an output its id */
  constructor(key: RunKey, mint: (about: Omit<CanaryRecord, 'id'>) => Canary) {
    this.fingerprints = new Fingerprints(key)
    this.#mint = mint
  }

  /** The control with a text after it that is looked for as outputs are: proof that they would be found. */
  control(control: Canary): Canary {
    const text = fillerText(`${control.text} output`, CONTROL_BYTES)
    const { id } = control
    const bytes = Buffer.from(text)
    this.fingerprints.keep({ id, role: 'control', exchange: id, kind: 'text', bytes, prompt: NOTHING })
    return { ...control, text: `${control.text} ${text}` }
  }

  readonly keep = ({ exchange, field, data, kind, bytes, asked }: MadeOutput): void => {
    const { text: _, ...record } = this.#mint({ role: 'output', data, exchange, field, position: 'whole' })
    this.#records.push(record)
    this.fingerprints.keep({ id: record.id, role: 'output', exchange, kind, bytes, prompt: asked })
  }

  /** Every stream that is opened from now on is searched for them. */
  learn(): LearnedOutputs {
    const { distinct, incomplete } = this.fingerprints.learn()
    const records = this.#records.filter(({ id }) => distinct.has(id))
    const { doubt } = this.fingerprints
    const summary = { kept: this.#records.length, distinct: records.length, incomplete: [...incomplete], doubt }
    return { summary, records }
  }
}
