import { FINGERPRINT } from '../../model/sighting.ts'
import type { Hit } from '../scan.ts'
import type { GramIndex, IndexedOutput, Run } from './gram-index.ts'
import { CERTAIN_WINDOWS, isCertain, isEvident, windowsIn } from './rule.ts'

const EVIDENT_WINDOWS = 2

/** Where the bytes come from: as in `Place` of a layer. */
interface Origin {
  readonly via: readonly string[]
  readonly offset: number | null
}

/** Runs of one output that lie near each other: one sighting. */
interface Cluster {
  /** the longest run, with its place in the layer */
  best: { readonly run: Run; readonly from: number; readonly sha256: string }
  isCertain: boolean
  isEvident: boolean
  /** windows so far, and which bytes of the output they are of: each counts once */
  windows: number
  readonly counted: { readonly place: number; readonly end: number }[]
  /** where the last run that was counted, and the last one at all, end in the layer */
  countedTo: number
  to: number
}

/** Looks for outputs in the bytes of one layer, window by window. Tells each stretch that holds one once, when it is over. */
export class Trace {
  readonly #index: GramIndex
  readonly #digest: (bytes: Uint8Array) => string
  readonly #origin: Origin
  readonly #tell: (hit: Hit) => void
  readonly #clusters = new Map<IndexedOutput, Cluster>()

  constructor(index: GramIndex, digest: (bytes: Uint8Array) => string, origin: Origin, tell: (hit: Hit) => void) {
    this.#index = index
    this.#digest = digest
    this.#origin = origin
    this.#tell = tell
  }

  /** @param position of the first of `bytes` in the layer */
  scan(bytes: Uint8Array, from: number, to: number, end: number, position: number): void {
    this.#index.find(bytes, from, to, end, run => {
      if (windowsIn(run) > 0) this.#consider(run, bytes, position + run.from)
    })
  }

  end(): void {
    for (const [output, cluster] of this.#clusters) this.#report(output, cluster)
    this.#clusters.clear()
  }

  #consider(run: Run, bytes: Uint8Array, from: number): void {
    const to = from + run.to - run.from
    const known = this.#clusters.get(run.output)
    const isNear = known !== undefined && from - known.to <= run.output.length * run.scale
    if (known !== undefined && !isNear) this.#report(run.output, known)
    const cluster = isNear ? known : this.#begin(run, bytes, from)
    cluster.isCertain ||= isCertain(run)
    cluster.isEvident ||= isEvident(run)
    cluster.to = Math.max(cluster.to, to)
    if (lengthOf(run) > lengthOf(cluster.best.run)) cluster.best = this.#seen(run, bytes, from)
    count(cluster, run, from)
  }

  #begin(run: Run, bytes: Uint8Array, from: number): Cluster {
    const best = this.#seen(run, bytes, from)
    const cluster: Cluster = {
      best,
      isCertain: false,
      isEvident: false,
      windows: 0,
      counted: [],
      countedTo: from,
      to: from,
    }
    this.#clusters.set(run.output, cluster)
    return cluster
  }

  #seen(run: Run, bytes: Uint8Array, from: number): Cluster['best'] {
    return { run, from, sha256: this.#digest(bytes.subarray(run.from, run.to)) }
  }

  #report({ id, role }: IndexedOutput, cluster: Cluster): void {
    const {
      best: { run, from, sha256 },
      windows,
      isCertain,
      isEvident,
    } = cluster
    if (!isEvident && windows < EVIDENT_WINDOWS) return
    this.#tell({
      canary: id,
      role,
      via: [...this.#origin.via, ...(run.via === null ? [] : [run.via]), FINGERPRINT],
      offset: this.#origin.offset ?? from,
      length: run.to - run.from,
      sha256,
      confirmed: isCertain || windows >= CERTAIN_WINDOWS,
    })
  }
}

const lengthOf = ({ from, to, scale }: Run): number => (to - from) / scale

/** Counts windows that are new both to the output and to the bytes: what is said twice is said once. */
function count(cluster: Cluster, run: Run, from: number): void {
  const end = run.place + run.to - run.from
  const isNew =
    from >= cluster.countedTo && cluster.counted.every(other => other.end <= run.place || end <= other.place)
  if (!isNew || cluster.windows >= CERTAIN_WINDOWS) return
  cluster.windows += windowsIn(run)
  cluster.counted.push({ place: run.place, end })
  cluster.countedTo = from + run.to - run.from
}
