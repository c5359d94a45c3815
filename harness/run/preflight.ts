import type { Config } from '../deployment/config.ts'
import { Launch } from '../deployment/launch.ts'
import { fill, type Placeholders, unfilled } from '../deployment/placeholders.ts'
import { Stdio } from '../deployment/stdio.ts'
import type { Problem } from '../document/problem.ts'
import { LetheError } from '../model/error.ts'
import { DeploymentProcesses } from '../sinks/processes/deployment-processes.ts'
import { createSink } from '../sinks/registry.ts'
import { type CrashPlan, planCrashes } from '../traffic/crash.ts'
import { planTraffic, type TrafficPlan } from '../traffic/plan.ts'

/** Above what usual proxies (16 KiB) and parsers of forms (1 MiB) keep in memory, and far above both. */
const SPILL_SIZES = [16, 1024, 16 * 1024, 64 * 1024].map(kib => kib * 1024)

/** The traffic that a configuration asks for. @throws LetheError CONFIG_INVALID for an unknown surface or fault */
export function trafficOf({ surfaces, services, traffic }: Config): TrafficPlan {
  const hasUpstream = Object.values(services).some(service => service.upstream === true)
  const { faults, repeat, bodies = faults === 'all' ? SPILL_SIZES : [] } = traffic
  return planTraffic({ surfaces, faults, bodies, repeat, hasUpstream })
}

/** The crashes that a configuration asks for. @throws LetheError CONFIG_INVALID for an unknown surface or crash */
export function crashesOf({ surfaces, traffic, deployment }: Config): CrashPlan {
  const { faults, crashes = faults === 'all' ? 'all' : 'none' } = traffic
  return planCrashes({ surfaces, crashes, obstacle: obstacleToCrashes(deployment) })
}

function obstacleToCrashes({ driver }: Config['deployment']): string | null {
  if (driver !== 'process') return 'Lethe does not start this deployment, and could not start it again.'
  return process.platform === 'linux' ? null : 'Only on Linux are all processes of a deployment known.'
}

/**
 * What is wrong with a configuration beyond its shape, found before anything is made or started: placeholders without a
 * value, unknown surfaces and faults, sinks that cannot be, two sinks of one name.
 */
export function problemsBeforeStart(config: Config): Problem[] {
  const placeholders = samplePlaceholders(config)
  const { deployment, credentials, sinks, traffic } = config
  const unfilledOnes = unfilledIn(
    { deployment, credentials, sinks, traffic: { headers: traffic.headers } },
    [],
    placeholders,
  )
  const sinkProblems = unfilledOnes.length > 0 ? [] : problemsOfSinks(config, placeholders)
  return [...unfilledOnes, ...problemsOfTraffic(config), ...sinkProblems]
}

/** The placeholders that this configuration will have, with values of the right kind. */
function samplePlaceholders({ deployment, services }: Config): Placeholders {
  // Whether a service has a folder is known once it runs.
  const ofServices = Object.keys(services).flatMap(name => [
    [`services.${name}.url`, 'http://127.0.0.1:1'],
    [`services.${name}.folder`, '/services'],
  ])
  const folders = deployment.driver === 'process' ? { port: '1', work: '/work', home: '/home', tmp: '/tmp' } : {}
  const disk = deployment.driver === 'process' && deployment.disk === 'forensic' ? { disk: '/disk' } : {}
  return { ...folders, ...disk, ...Object.fromEntries(ofServices) }
}

function unfilledIn(value: unknown, path: readonly PropertyKey[], placeholders: Placeholders): Problem[] {
  if (typeof value === 'string') {
    return unfilled(value, placeholders).map(({ wrong, mend }) => ({
      path,
      at: 'value',
      wrong: `it uses ${wrong}`,
      mend,
    }))
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => unfilledIn(item, [...path, index], placeholders))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => unfilledIn(item, [...path, key], placeholders))
}

function problemsOfTraffic({ surfaces, traffic: { faults, crashes = 'none' } }: Config): Problem[] {
  const plan = { surfaces: [], faults: 'none', bodies: [], repeat: 1, hasUpstream: true } as const
  const chosen = typeof faults === 'string' ? [] : faults
  const chosenCrashes = typeof crashes === 'string' ? [] : crashes
  return [
    ...surfaces.flatMap((surface, index) =>
      problemOf(['surfaces', index, 'surface'], () => planTraffic({ ...plan, surfaces: [surface] })),
    ),
    ...chosen.flatMap((fault, index) =>
      problemOf(['traffic', 'faults', index], () => planTraffic({ ...plan, faults: [fault] })),
    ),
    ...chosenCrashes.flatMap((crash, index) =>
      problemOf(['traffic', 'crashes', index], () => planCrashes({ surfaces: [], crashes: [crash], obstacle: null })),
    ),
  ]
}

function problemsOfSinks({ deployment, sinks }: Config, placeholders: Placeholders): Problem[] {
  const environment = {
    stdio: deployment.driver === 'process' ? new Stdio() : null,
    launch: deployment.driver === 'process' ? new Launch() : null,
    processes: new DeploymentProcesses({ pids: () => [], mark: null }),
    baseUrl: fill(deployment.baseUrl, placeholders),
    exchanges: () => [],
  }
  const ids = new Set<string>()
  return sinks.flatMap((declared, index) =>
    problemOf(['sinks', index], () => {
      const { id } = createSink(fill(declared, placeholders), environment)
      if (ids.has(id))
        throw new LetheError('CONFIG_INVALID', `A second sink is called ${id}.`, 'give it another name: { name: "…" }')
      ids.add(id)
    }),
  )
}

function problemOf(path: readonly PropertyKey[], attempt: () => unknown): Problem[] {
  try {
    attempt()
    return []
  } catch (error) {
    if (!(error instanceof LetheError)) throw error
    return [{ path, at: 'value', wrong: error.message, mend: error.mend }]
  }
}
