import { LetheError } from '../model/error.ts'
import type { Fault } from './fault.ts'
import { largeBody } from './large-body.ts'
import { faults as knownFaults, surfaces as knownSurfaces } from './registry.ts'
import type { Surface, SurfaceOptions, Variant } from './surface.ts'

/** A surface as a configuration names it. */
export interface SurfaceChoice {
  readonly surface: string
  /** base path and model; the surface's defaults where left out */
  readonly base?: string | undefined
  readonly model?: string | undefined
}

/** One request to drive. */
export interface Case {
  readonly surface: Surface
  readonly variant: Variant
  readonly options: SurfaceOptions
  /** null for a request that should go well */
  readonly fault: Fault | null
}

/** Traffic that was left out, and why: it goes into the run, so that nothing is missing in silence. */
export interface NotDriven {
  readonly what: string
  readonly reason: string
}

export interface TrafficPlan {
  readonly cases: readonly Case[]
  readonly notDriven: readonly NotDriven[]
}

/** What to drive, as a configuration says it. */
export interface TrafficChoice {
  readonly surfaces: readonly SurfaceChoice[]
  readonly faults: 'all' | 'none' | readonly string[]
  /** sizes of large bodies, in bytes */
  readonly bodies: readonly number[]
  /** how often all but the large bodies is driven */
  readonly repeat: number
  /** an upstream of ours is behind the deployment */
  readonly hasUpstream: boolean
}

/** Larger bodies go to one surface alone: time and traffic stay bounded. */
const LARGEST_FOR_EACH = 1024 * 1024

/**
 * Every variant of every surface once as it should be, then every fault that the surface can have, once. After all
 * rounds come the large bodies: as JSON and, where a variant takes uploads, as a file in a form.
 * @throws LetheError CONFIG_INVALID for a surface or a fault that does not exist
 */
export function planTraffic({ surfaces, faults, bodies, repeat, hasUpstream }: TrafficChoice): TrafficPlan {
  const wanted = chosenFaults(faults)
  const possible = wanted.filter(fault => hasUpstream || fault.needs !== 'upstream')
  const round = surfaces.flatMap(choice => casesOf(choice, possible))
  return {
    cases: [...Array.from({ length: repeat }, () => round).flat(), ...largeBodies(surfaces, bodies)],
    notDriven: wanted
      .filter(fault => !possible.includes(fault))
      .map(fault => ({
        what: `fault ${fault.id}`,
        reason: 'No upstream of ours is behind the deployment: declare a service with a stand-in upstream.',
      })),
  }
}

/** A case in words, such as `openai.chat streamed with client-abort`. */
export function describeCase({ surface, variant, fault }: Case): string {
  return `${surface.id} ${variant.id}${fault ? ` with ${fault.id}` : ''}`
}

/** The first request of a kind that these surfaces have, or null: on it is driven what is driven once. */
export function firstCase(surfaces: readonly SurfaceChoice[], wanted: (variant: Variant) => boolean): Case | null {
  for (const choice of surfaces) {
    const { surface, options } = chosen(choice)
    const variant = surface.variants.find(wanted)
    if (variant) return { surface, variant, options, fault: null }
  }
  return null
}

function largeBodies(surfaces: readonly SurfaceChoice[], sizes: readonly number[]): readonly Case[] {
  return sizes.flatMap(bytes => {
    const each = bytes > LARGEST_FOR_EACH ? [surfaces] : surfaces.map(choice => [choice])
    const cases = each.flatMap(group => [
      firstCase(group, variant => !variant.streamed),
      firstCase(group, variant => variant.upload === true),
    ])
    return cases.flatMap(one => (one === null ? [] : [{ ...one, fault: largeBody(bytes) }]))
  })
}

function chosen(choice: SurfaceChoice): { surface: Surface; options: SurfaceOptions } {
  const surface = named('surface', choice.surface, knownSurfaces)
  return {
    surface,
    options: { base: choice.base ?? surface.defaults.base, model: choice.model ?? surface.defaults.model },
  }
}

function casesOf(choice: SurfaceChoice, faults: readonly Fault[]): readonly Case[] {
  const { surface, options } = chosen(choice)
  const sound = surface.variants.map(variant => ({ surface, variant, options, fault: null }))
  const faulty = faults.flatMap(fault => {
    return variantsFor(fault, surface).map(variant => {
      return { surface, variant, options: { ...options, model: fault.model ?? options.model }, fault }
    })
  })
  return [...sound, ...faulty]
}

/** A fault of the upstream also meets an upload, which a deployment may hold as a file meanwhile. */
function variantsFor({ needs }: Fault, { variants }: Surface): readonly Variant[] {
  const variant = needs === 'stream' ? variants.find(each => each.streamed) : variants[0]
  const upload = needs === 'upstream' ? variants.find(each => each.upload === true) : undefined
  return [variant, upload].filter(each => each !== undefined)
}

function chosenFaults(choice: TrafficChoice['faults']): readonly Fault[] {
  if (choice === 'all') return knownFaults
  if (choice === 'none') return []
  const chosen = new Set(choice.map(id => named('fault', id, knownFaults)))
  return knownFaults.filter(fault => chosen.has(fault))
}

function named<T extends { readonly id: string }>(kind: string, id: string, known: readonly T[]): T {
  const found = known.find(each => each.id === id)
  if (found) return found
  const ids = known.map(each => each.id).join(', ')
  throw new LetheError('CONFIG_INVALID', `There is no ${kind} "${id}".`, `Use one of: ${ids}.`)
}
