import type { Gap } from '../../../model/observation.ts'
import type { ProcessEntry } from '../../processes/process-table.ts'
import type { Writer } from './lineage.ts'

export type Member = Pick<ProcessEntry, 'pid' | 'startedAt' | 'name'>

/** What the process that watches is started with. */
export interface WatchSetup {
  /** one of each file system */
  readonly paths: readonly string[]
  /** the run folder, the key: never read */
  readonly ownPaths: readonly string[]
  /** in the environment of the deployment's processes */
  readonly mark: { readonly variable: string; readonly value: string }
  /** nobody told which processes are the deployment's */
  readonly everyone: boolean
  /** those of the paths on whose file systems whoever writes to a file, or cuts it, waits until what it held has been read */
  readonly deep: readonly string[]
  readonly members: readonly Member[]
}

/** What the process that watches is told. */
export type Order =
  | { readonly kind: 'watch'; readonly setup: WatchSetup }
  /** reports of this weight were dealt with: there is room for more */
  | { readonly kind: 'taken'; readonly weight: number }
  /** read and send everything that was written until now, then say `flushed` */
  | { readonly kind: 'flush'; readonly members: readonly Member[] }

/** What a file was called when it was read, and who wrote it. */
export interface WrittenFile {
  /** without canaries in it only where `scanName` says so */
  readonly path: Uint8Array
  readonly by: Writer | null
}

/** What the process that watches says first. */
export type FirstReport =
  | {
      readonly kind: 'watching'
      readonly forks: boolean
      readonly gaps: readonly Gap[]
      /** paths on whose file systems names are not told */
      readonly nameless: readonly string[]
      /** paths on whose file systems nobody waits until a file has been read */
      readonly shallow: readonly string[]
    }
  /** `denied`: for want of rights */
  | { readonly kind: 'refused'; readonly reason: string; readonly denied: boolean }

/** What it says from then on. */
export type Report =
  /** the next bytes of one reading, whose first come with the file; `base` is where the reading begins in the file */
  | {
      readonly kind: 'bytes'
      readonly reading: number
      readonly file: WrittenFile | null
      readonly base: number
      readonly bytes: Uint8Array
      readonly last: boolean
    }
  | { readonly kind: 'name'; readonly file: WrittenFile }
  | { readonly kind: 'gap' | 'note'; readonly path: Uint8Array | null; readonly reason: string }
  | { readonly kind: 'events'; readonly count: number }
  | { readonly kind: 'flushed' }

/** what a message takes besides its bytes */
const MESSAGE_BYTES = 256

/** How much room a report takes while it is on its way, in bytes. */
export function weightOf(report: Report): number {
  return MESSAGE_BYTES + ('bytes' in report ? report.bytes.length : 0)
}
