import { closeSync, createReadStream, fsyncSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Canary } from '../../../harness/model/canary.ts'
import { withinBudget } from '../../../harness/sinks/budget.ts'
import { Ledger } from '../../../harness/sinks/ledger.ts'
import { type Emit, scanAt } from '../../../harness/sinks/sighted.ts'
import type { Coverage, OpenSink, Sink, SinkContext } from '../../../harness/sinks/sink.ts'
import type { Ground } from '../grounds/ground.ts'
import type { Channel } from './channel.ts'

const WITHIN_MS = 10 * 60_000
const CHUNK_BYTES = 2 ** 20

/** The image that the file system lies in, read from its first byte to its last, whatever is allocated. */
export const imageChannel: Channel = {
  name: 'raw image',
  how: 'the ext4 image (`data=journal,sync,nodiscard`) is read whole: blocks of removed files, and the journal',
  looks: 'rest',
  grounds: ['ext4'],
  missing: () => null,
  whyMissed({ kind, isNameless }) {
    if (kind === 'tmpfs' || kind === 'memory') return 'it is not in this file system'
    if (isNameless === true) return 'pages of a file that is gone are not written back'
    return 'its blocks, and its place in the journal, were used again'
  },
  sinks: ground => [imageSink(ground)],
}

function imageSink({ image, folder }: Ground): Sink {
  if (image === null) throw new RangeError('this ground has no image')
  return {
    id: 'disk:image',
    medium: 'disk',
    tier: 'T1',
    blindTo: 'what the journal has come round to again',
    opens: 'before-start',
    open: async context => new OpenImage(image, folder, context),
  }
}

class OpenImage implements OpenSink {
  readonly #image: string
  readonly #folder: string
  readonly #context: SinkContext

  constructor(image: string, folder: string, context: SinkContext) {
    this.#image = image
    this.#folder = folder
    this.#context = context
  }

  /** A file that is removed at once: its blocks are to be found. */
  async plant({ text }: Canary): Promise<void> {
    const path = join(this.#folder, `lethe-control`)
    const fd = openSync(path, 'wx', 0o600)
    writeSync(fd, `${text}\n`)
    fsyncSync(fd)
    closeSync(fd)
    unlinkSync(path)
  }

  /** The image is written within each call of the deployment (`sync`): nothing comes later. */
  async pulse(): Promise<string> {
    return ''
  }

  async scan(emit: Emit): Promise<Coverage> {
    const { scanner, signal: interrupted } = this.#context
    const ledger = new Ledger()
    ledger.items = 1
    const stream = scanAt(scanner, { kind: 'device', path: this.#image }, emit)
    const cut = await withinBudget({ within: WITHIN_MS, signal: interrupted }, async signal => {
      const chunks = createReadStream(this.#image, { highWaterMark: CHUNK_BYTES, signal })
      for await (const chunk of chunks) await stream.push(chunk)
    })
    if (cut !== null) ledger.incomplete(this.#image, cut)
    const { bytes, incomplete } = await stream.end()
    ledger.bytes = bytes
    for (const reason of incomplete) ledger.incomplete(this.#image, reason)
    return ledger.coverage()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held open, and the control is gone.
  }
}
