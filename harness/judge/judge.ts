import type { Exchange } from '../model/exchange.ts'
import { type Finding, type Results, worst } from '../model/finding.ts'
import type { Policy, RunRecord } from '../model/run.ts'
import { exitCode } from './algebra.ts'
import { decayCurves } from './decay.ts'
import { Evidence } from './evidence.ts'
import { judgeClause } from './rules/registry.ts'

/** The contract of `results.json`; fields may be added, never renamed. */
const RESULTS_SCHEMA = 'urn:lethe:results:1'

/**
 * Judges a recorded run: pure, with no clock, no files and no deployment, so that the same run gives the same
 * results to the byte, wherever and whenever it is judged.
 *
 * @param policy in place of the one that the run was made with
 */
export function judge(record: RunRecord, policy: Policy = record.meta.policy): Results {
  const evidence = new Evidence(record)
  const findings = record.profile.clauses.flatMap(clause => judgeClause(clause, evidence))
  const invalid = invalidities(record)
  const { meta } = record
  const decay = decayCurves(record)
  return {
    $schema: RESULTS_SCHEMA,
    lethe: meta.lethe,
    run: meta.id,
    profile: { id: record.profile.id, title: record.profile.title, sha256: record.profileSha256 },
    deployment: meta.deployment.name,
    startedAt: meta.startedAt,
    endedAt: meta.endedAt ?? meta.startedAt,
    verdict: invalid.length > 0 ? 'inconclusive' : worst(findings.map(finding => finding.verdict)),
    exitCode: exitCode({ findings, invalid, state: meta.state, policy }),
    policy,
    counts: counts(record),
    findings,
    coverage: [...record.observations],
    ...(decay.length === 0 ? {} : { decay }),
    traffic: {
      outcomes: tally(record.exchanges, exchange => exchange.outcome),
      faults: tally(record.exchanges, exchange => exchange.fault ?? 'none'),
      notDriven: meta.notDriven,
    },
    invalid,
    notes: notes(record, findings),
  }
}

/** A decoy was never sent: whoever finds one has found the harness, or nothing at all. */
function invalidities({ sightings }: RunRecord): string[] {
  const decoys = sightings.filter(sighting => sighting.role === 'decoy' && sighting.confirmed)
  const sinks = [...new Set(decoys.map(sighting => sighting.sink))].join(', ')
  return decoys.length === 0
    ? []
    : [
        `Decoys, which were never sent, were found ${decoys.length} times in ${sinks}: no verdict of this run can be trusted.`,
      ]
}

function counts({ exchanges, canaries, sightings }: RunRecord): Results['counts'] {
  const sent = canaries.filter(({ role }) => role === 'payload' || role === 'upstream')
  const seen = sightings.filter(({ role }) => role === 'payload' || role === 'upstream' || role === 'output')
  return {
    exchanges: exchanges.length,
    answered: exchanges.filter(({ outcome }) => outcome === 'answered').length,
    canaries: sent.length,
    sightings: seen.length,
  }
}

function tally(exchanges: readonly Exchange[], key: (exchange: Exchange) => string): Record<string, number> {
  const counted: Record<string, number> = {}
  for (const name of exchanges.map(key).sort()) counted[name] = (counted[name] ?? 0) + 1
  return counted
}

function notes({ meta, profile }: RunRecord, findings: readonly Finding[]): string[] {
  const day = meta.startedAt.slice(0, 10)
  const stale = profile.sources.filter(({ expires }) => expires < day)
  const unquantified = new Set(findings.filter(finding => finding.unquantified).map(finding => finding.clause))
  return [
    ...(meta.outputs?.doubt ? [`No sighting of an output is certain: ${meta.outputs.doubt}.`] : []),
    ...meta.incidents.map(incident => `Incident: ${incident}.`),
    ...stale.map(
      ({ title, read, expires }) => `The source "${title}" was read on ${read}; the reading expired on ${expires}.`,
    ),
    ...(unquantified.size === 0
      ? []
      : [`The source gives no number for ${[...unquantified].join(', ')}; the profile's author chose one.`]),
  ]
}
