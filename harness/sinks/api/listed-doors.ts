import { z } from 'zod'
import type { Gap } from '../../model/observation.ts'
import { type Caller, urlBelow } from './door.ts'
import { getJson } from './json-get.ts'
import type { Listing } from './well-known.ts'

const MOST_ENTRIES = 200
const Entries = z.array(z.record(z.string(), z.unknown()))
const Document = z.union([Entries, z.object({ data: Entries }).transform(({ data }) => data)])

/** The doors that a deployment's own listings name. */
export interface Listed {
  /** paths below the base URL */
  readonly paths: readonly string[]
  readonly incomplete: readonly Gap[]
}

/** Reads the listings as every caller, and makes a path of each entry; at most 200 a listing. Never throws. */
export async function listedDoors(
  listings: readonly Listing[],
  baseUrl: string,
  callers: readonly Caller[],
  signal: AbortSignal,
): Promise<Listed> {
  const all = await Promise.all(
    listings.flatMap(listing => callers.map(caller => follow(listing, baseUrl, caller, signal))),
  )
  return {
    paths: [...new Set(all.flatMap(({ paths }) => paths))],
    incomplete: all.flatMap(({ incomplete }) => incomplete),
  }
}

async function follow(listing: Listing, baseUrl: string, caller: Caller, signal: AbortSignal): Promise<Listed> {
  const { list, key, door } = listing
  const { value, cut } = await getJson(urlBelow(baseUrl, list), caller, signal)
  if (cut !== null) return { paths: [], incomplete: [{ path: list, reason: cut }] }
  const entries = (Document.safeParse(value).data ?? []).map(entry => entry[key])
  const named = entries.filter(entry => typeof entry === 'string')
  return {
    paths: named
      .slice(0, MOST_ENTRIES)
      .map(entry => door.replace('{entry}', () => encodeURIComponent(entry.toWellFormed()))),
    incomplete:
      named.length > MOST_ENTRIES
        ? [{ path: list, reason: `only ${MOST_ENTRIES} of its ${named.length} entries were followed` }]
        : [],
  }
}
