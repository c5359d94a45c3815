import type { Credentials, SinkDeclaration } from '../model/declaration.ts'
import { LetheError } from '../model/error.ts'
import { doorsSink } from './api/doors.ts'
import { postgresSink } from './database/postgres.ts'
import { deletedSink } from './disk/deleted.ts'
import { dumpsSink } from './disk/dumps.ts'
import { rawSink } from './disk/raw.ts'
import { swapSink } from './disk/swap.ts'
import { diskSink } from './disk/tree.ts'
import { writesSink } from './disk/writes.ts'
import { logFileSink } from './log/file.ts'
import { type Stdio, stdioSink } from './log/stdio.ts'
import { memorySink } from './memory/process.ts'
import type { DeploymentProcesses } from './processes/deployment-processes.ts'
import type { Sink } from './sink.ts'

/** What a sink may add to the start of a deployment, before it is started. */
export interface Launch {
  setVariable(name: string, value: string): void
  /** starts it by this program and its arguments, as `strace -f …` does */
  wrapIn(command: readonly string[]): void
}

/** What a sink may need of the deployment. */
export interface SinkEnvironment {
  /** null where Lethe does not start the process */
  readonly stdio: Stdio | null
  /** null where Lethe does not start the process */
  readonly launch: Launch | null
  /** null where nobody told Lethe which they are */
  readonly processes: DeploymentProcesses | null
  readonly baseUrl: string
  readonly otherTenant?: Credentials
  /** the exchanges so far; their request ids are tried at doors that take one */
  readonly exchanges: () => readonly { readonly requestId: string | null }[]
}

/** Makes the sink that a configuration declares. @throws LetheError CONFIG_INVALID when there is nothing it could look at */
export function createSink(declaration: SinkDeclaration, environment: SinkEnvironment): Sink {
  switch (declaration.kind) {
    case 'disk':
      return diskSink(declaration)
    case 'disk-writes':
      return writesSink(declaration, environment)
    case 'disk-deleted':
      return deletedSink(declaration, environment)
    case 'disk-raw':
      return rawSink(declaration)
    case 'disk-swap':
      return swapSink(declaration)
    case 'disk-dumps':
      return dumpsSink(declaration, environment)
    case 'log-file':
      return logFileSink(declaration)
    case 'stdio':
      return stdioSink(declaration, stdioOf(declaration.stream, environment))
    case 'postgres':
      return postgresSink(declaration)
    case 'memory':
      return memorySink(declaration, processesOf(environment), environment.launch)
    case 'doors':
      return doorsSink(declaration, environment)
  }
}

function stdioOf(stream: string, { stdio }: SinkEnvironment): Stdio {
  if (stdio !== null) return stdio
  throw new LetheError(
    'CONFIG_INVALID',
    `The sink ${stream} needs a process that Lethe starts, and this deployment runs already.`,
    'Use the process driver, or declare a log-file sink for the file that holds this output.',
  )
}

function processesOf({ processes }: SinkEnvironment): DeploymentProcesses {
  if (processes !== null) return processes
  throw new LetheError(
    'CONFIG_INVALID',
    'The sink of memory needs to know the processes of the deployment, and nobody told which they are.',
    'Use the process driver, or name them: deployment: { driver: "external", pids: [123] }.',
  )
}
