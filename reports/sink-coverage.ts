import type { Gap, Observation } from '../harness/model/observation.ts'

/** What all scans of one sink saw together. */
export interface SinkCoverage {
  readonly sink: string
  readonly medium: Observation['medium']
  readonly tier: Observation['tier']
  readonly scans: readonly string[]
  /** of the largest scan: later scans see again what is still there */
  readonly bytes: number
  readonly items: number
  readonly decoys: number
  /** `recovered` when every scan recovered it, else the first reason */
  readonly control: string
  readonly controlRecovered: boolean
  /** each gap once, whichever scan met it */
  readonly incomplete: readonly Gap[]
  readonly skipped: readonly Gap[]
  readonly blindTo: string | null
  readonly mend: string | null
}

/** One entry a sink, in the order in which the sinks first appear. */
export function coverageBySink(observations: readonly Observation[]): SinkCoverage[] {
  const bySink = Map.groupBy(observations, observation => observation.sink)
  return [...bySink.values()].flatMap(scans => {
    const first = scans[0]
    return first === undefined ? [] : [together(first, scans)]
  })
}

function together(first: Observation, scans: readonly Observation[]): SinkCoverage {
  const lost = scans.find(scan => !scan.control.recovered)
  return {
    sink: first.sink,
    medium: first.medium,
    tier: first.tier,
    scans: scans.map(scan => scan.scan),
    bytes: Math.max(...scans.map(scan => scan.bytes)),
    items: Math.max(...scans.map(scan => scan.items)),
    decoys: scans.reduce((sum, scan) => sum + scan.decoys, 0),
    control: lost === undefined ? 'recovered' : lossOf(lost),
    controlRecovered: lost === undefined,
    incomplete: distinct(scans.flatMap(scan => scan.incomplete)),
    skipped: distinct(scans.flatMap(scan => scan.skipped)),
    blindTo: first.blindTo,
    mend: scans.find(scan => scan.mend !== null)?.mend ?? null,
  }
}

function lossOf({ control, scan }: Observation): string {
  const what = control.planted ? `not recovered by the scan ${scan}` : 'not planted'
  return control.reason === null ? what : `${what}: ${control.reason}`
}

function distinct(gaps: readonly Gap[]): Gap[] {
  return [...new Map(gaps.map(gap => [JSON.stringify([gap.path, gap.reason]), gap])).values()]
}
