import { LetheError } from '../model/error.ts'
import type { Fault } from './fault.ts'
import { largeBody } from './large-body.ts'
import { type Case, firstCase, type NotDriven, type SurfaceChoice } from './plan.ts'

/** A way in which the deployment is ended, or its temporary folder is full, on purpose. */
export interface Crash {
  /** as a configuration names it; exchanges have the fault `crash-ID`, or `disk-full` */
  readonly id: 'kill' | 'segfault' | 'terminate' | 'disk-full'
  /** what ends it in the midst of a request; null where it runs on */
  readonly signal: NodeJS.Signals | null
}

/** In the order in which they are driven. */
const crashes: readonly Crash[] = [
  { id: 'kill', signal: 'SIGKILL' },
  { id: 'segfault', signal: 'SIGSEGV' },
  { id: 'terminate', signal: 'SIGTERM' },
  { id: 'disk-full', signal: null },
]

/** Above it, parsers of forms spool uploads to files by default. */
const OVER_SPILL = 1024 * 1024

/** One crash, and the requests that it meets. */
export interface PlannedCrash {
  readonly crash: Crash
  readonly cases: readonly Case[]
}

export interface CrashPlan {
  readonly crashes: readonly PlannedCrash[]
  readonly notDriven: readonly NotDriven[]
}

interface CrashChoice {
  readonly surfaces: readonly SurfaceChoice[]
  readonly crashes: 'all' | 'none' | readonly string[]
  /** why the deployment cannot be made to crash, or null */
  readonly obstacle: string | null
}

/**
 * Each crash once in the midst of a plain request and once in the midst of a stream, of the first surfaces that have
 * them; a full disk meets large bodies.
 * @throws LetheError CONFIG_INVALID for a crash or a surface that does not exist
 */
export function planCrashes({ surfaces, crashes: choice, obstacle }: CrashChoice): CrashPlan {
  const wanted = chosenCrashes(choice)
  if (obstacle !== null) {
    return { crashes: [], notDriven: wanted.map(({ id }) => ({ what: `crash ${id}`, reason: obstacle })) }
  }
  return { crashes: wanted.map(crash => ({ crash, cases: casesOf(crash, surfaces) })), notDriven: [] }
}

function casesOf({ id, signal }: Crash, surfaces: readonly SurfaceChoice[]): readonly Case[] {
  const plain = firstCase(surfaces, variant => !variant.streamed)
  const second = firstCase(surfaces, signal === null ? ({ upload }) => upload === true : ({ streamed }) => streamed)
  const fault = signal === null ? { ...largeBody(OVER_SPILL), id } : inTheMidst(`crash-${id}`)
  return [plain, second].flatMap(one => (one === null ? [] : [{ ...one, fault }]))
}

/** Our upstream holds the answer of a plain request; a stream is met at its first chunk. */
function inTheMidst(id: string): Fault {
  return { id, needs: null, apply: request => (request.streamed ? { request } : { request, upstream: 'stall' }) }
}

function chosenCrashes(choice: CrashChoice['crashes']): readonly Crash[] {
  if (choice === 'all') return crashes
  if (choice === 'none') return []
  const unknown = choice.find(id => !crashes.some(crash => crash.id === id))
  if (unknown === undefined) return crashes.filter(({ id }) => choice.includes(id))
  const ids = crashes.map(({ id }) => id).join(', ')
  throw new LetheError('CONFIG_INVALID', `There is no crash "${unknown}".`, `Use one of: ${ids}.`)
}
