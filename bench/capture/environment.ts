import type { Launch } from '../../harness/deployment/launch.ts'
import { DeploymentProcesses } from '../../harness/sinks/processes/deployment-processes.ts'
import type { SinkEnvironment } from '../../harness/sinks/registry.ts'

/** What sinks are told of a deployment that is started through `launch`. @param roots its pids, once it runs */
export function environmentOf(launch: Launch, roots: () => readonly number[]): SinkEnvironment {
  return {
    stdio: null,
    launch,
    processes: new DeploymentProcesses({ pids: roots, mark: launch.mark }),
    // No sink here asks an end-point.
    baseUrl: 'http://127.0.0.1:9',
    exchanges: () => [],
  }
}
