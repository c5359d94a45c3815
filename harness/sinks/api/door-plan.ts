import type { Credentials, DeclarationOf } from '../../model/declaration.ts'
import type { Gap } from '../../model/observation.ts'
import type { Caller } from './door.ts'
import { describedDoors } from './openapi.ts'
import { type Listing, WELL_KNOWN_DOORS, WELL_KNOWN_LISTINGS } from './well-known.ts'

const MOST_IDS = 200
const PARAMETER = /\{[^}]*\}/

/** Which doors are tried, as paths below the base URL. */
export interface DoorPlan {
  /** without parameters */
  readonly plain: readonly string[]
  /** with one parameter, which takes a request id */
  readonly byId: readonly string[]
  /** whose entries are doors of their own */
  readonly listings: readonly Listing[]
  readonly skipped: readonly Gap[]
  readonly incomplete: readonly Gap[]
}

export function callersOf(otherTenant: Credentials | undefined): readonly Caller[] {
  const anonymous: Caller = { as: 'anonymous', credentials: {} }
  return otherTenant === undefined ? [anonymous] : [anonymous, { as: 'other-tenant', credentials: otherTenant }]
}

/** The declared doors and, where wanted, those discovered. Never throws. */
export async function planDoors(
  { paths, discover }: DeclarationOf<'doors'>,
  baseUrl: string,
  callers: readonly Caller[],
  signal: AbortSignal,
): Promise<DoorPlan> {
  const described = discover
    ? await describedDoors(baseUrl, callers, signal)
    : { paths: [], skipped: [], incomplete: [] }
  const wellKnown = discover ? WELL_KNOWN_DOORS.map(({ path }) => path) : []
  const all = [...new Set([...paths, ...described.paths, ...wellKnown])]
  return {
    plain: all.filter(path => !PARAMETER.test(path)),
    byId: all.filter(path => PARAMETER.test(path)),
    listings: discover ? WELL_KNOWN_LISTINGS : [],
    skipped: described.skipped,
    incomplete: described.incomplete,
  }
}

/** The paths that take a request id, with each id of the exchanges so far; at most 200 ids. */
export function pathsById(
  { byId }: DoorPlan,
  exchanges: readonly { readonly requestId: string | null }[],
): { readonly paths: readonly string[]; readonly skipped: readonly Gap[]; readonly incomplete: readonly Gap[] } {
  const ids = [...new Set(exchanges.flatMap(({ requestId }) => (requestId === null ? [] : [requestId])))]
  const tried = ids.slice(-MOST_IDS)
  return {
    paths: byId.flatMap(path => tried.map(id => path.replace(PARAMETER, () => encodeURIComponent(id)))),
    skipped:
      ids.length > 0 ? [] : byId.map(path => ({ path, reason: 'the deployment gave no request id to try it with' })),
    incomplete:
      ids.length > tried.length
        ? byId.map(path => ({ path, reason: `tried with the last ${MOST_IDS} request ids only` }))
        : [],
  }
}
