import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { SinkDeclaration, type SinkKind } from '../model/declaration.ts'
import { DeploymentProcesses } from './processes/deployment-processes.ts'
import { createSink, type SinkEnvironment } from './registry.ts'

const environment: SinkEnvironment = {
  stdio: { subscribe: () => {}, plantAtStart: () => {} },
  launch: { setVariable: () => {}, wrapIn: () => {} },
  processes: new DeploymentProcesses({ pids: () => [], mark: null }),
  baseUrl: 'http://127.0.0.1:1',
  exchanges: () => [],
}

const examples: Record<SinkKind, { declaration: SinkDeclaration; id: string }> = {
  disk: { declaration: { kind: 'disk', path: '/srv/work' }, id: 'disk:work' },
  'disk-writes': {
    declaration: { kind: 'disk-writes', paths: ['/srv/work'], channel: 'auto', deep: false },
    id: 'disk:writes',
  },
  'disk-deleted': { declaration: { kind: 'disk-deleted' }, id: 'disk:deleted' },
  'disk-raw': { declaration: { kind: 'disk-raw', path: '/dev/sda', minutes: 10 }, id: 'disk:raw' },
  'disk-swap': { declaration: { kind: 'disk-swap' }, id: 'disk:swap' },
  'disk-dumps': { declaration: { kind: 'disk-dumps', paths: [] }, id: 'disk:dumps' },
  'log-file': { declaration: { kind: 'log-file', path: '/var/log/*.log', control: 'append' }, id: 'log:*.log' },
  stdio: { declaration: { kind: 'stdio', stream: 'stderr' }, id: 'log:stderr' },
  postgres: { declaration: { kind: 'postgres', url: 'postgres://u:p@h:1/gateway' }, id: 'database:gateway' },
  memory: { declaration: { kind: 'memory' }, id: 'memory:process' },
  doors: { declaration: { kind: 'doors', paths: [], discover: true }, id: 'api:doors' },
}

test('every kind that can be declared is made, with the id that its declaration gives', () => {
  expect(Object.keys(examples).sort()).toEqual(SinkDeclaration.options.map(({ shape }) => shape.kind.value).sort())
  for (const { declaration, id } of Object.values(examples)) {
    expect(createSink(declaration, environment).id).toBe(id)
    expect(createSink({ ...declaration, name: 'mine' }, environment).id).toBe(`${id.split(':')[0]}:mine`)
  }
})

test('every sink of the folder is in the registry', async () => {
  const folder = new URL('.', import.meta.url)
  const registry = await readFile(new URL('registry.ts', folder), 'utf8')
  for (const path of await readdir(folder, { recursive: true })) {
    if (!/^.+\/.+(?<!\.test)\.ts$/.test(path)) continue
    const made = /^export function (\w+Sink)\(/m.exec(await readFile(new URL(path, folder), 'utf8'))?.[1]
    if (made !== undefined) expect(registry, path).toContain(`return ${made}(`)
  }
})

test('a stream of a process that Lethe did not start is a mistake in the configuration', () => {
  const declared = { kind: 'stdio', stream: 'stdout' } as const
  expect(() => createSink(declared, { ...environment, stdio: null })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', mend: expect.stringContaining('log-file') }),
  )
})
