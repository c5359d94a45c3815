import type { Ledger } from '../../ledger.ts'
import type { Emit } from '../../sighted.ts'
import type { SinkContext } from '../../sink.ts'
import { TreeWatch } from '../tree/tree-watch.ts'
import type { WriteChannel } from './channel.ts'

/** Files in these folders that stay for a moment, as far as chokidar notices them in time. */
export async function openChokidar(folders: readonly string[], context: SinkContext): Promise<WriteChannel> {
  const watches: TreeWatch[] = []
  for (const folder of folders) watches.push(await TreeWatch.start(folder, context, true))
  return new ChokidarChannel(watches)
}

class ChokidarChannel implements WriteChannel {
  readonly sight = {
    tier: 'T0',
    blindTo:
      'files that lived for less than some 20 ms, files without a name, what is written outside the declared folders, and who wrote',
  } as const
  readonly holdSeconds = 1
  readonly #watches: readonly TreeWatch[]

  constructor(watches: readonly TreeWatch[]) {
    this.#watches = watches
  }

  pulse(): string {
    return this.#watches.map(({ events }) => events).join()
  }

  async flush(): Promise<void> {
    await Promise.all(this.#watches.map(watch => watch.drained()))
  }

  report(emit: Emit, ledger: Ledger): void {
    for (const watch of this.#watches) {
      watch.report(emit, ledger)
      ledger.bytes += watch.read.bytes
      ledger.items += watch.read.items
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const watch of this.#watches) await watch.close()
  }
}
