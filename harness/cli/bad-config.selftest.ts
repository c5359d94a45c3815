import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { lethe, temporaryFolder } from '../../fixtures/lethe-process.ts'
import { configure, run, server, started } from './small-deployment.suite.ts'

test('a configuration with an error: 2, file:line:column, what to write', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'lethe.config.ts')
  await writeFile(
    path,
    `export default {\n  name: 'x',\n  deployment: { driver: 'extrenal', baseUrl: 'http://127.0.0.1:1' },\n  surfaces: [{ surface: 'openai.chat' }],\n}\n`,
  )
  const { code, stderr } = await lethe('run', '--config', path, '--out', join(folder.path, 'run'))
  expect(code).toBe(2)
  expect(stderr).toContain(`${path}:3:25: `)
  expect(stderr).toContain('external')
  expect(existsSync(join(folder.path, 'run'))).toBe(false)
})

test('a profile with an error: 2, file:line:column', async () => {
  await using folder = await temporaryFolder()
  const profile = join(folder.path, 'mine.yaml')
  await writeFile(profile, 'id: mine\ntitle: Mine\nsources: []\nclauses:\n  - id: X\n')
  const config = await configure(folder.path, started(server()), { profile: './mine.yaml' })
  const { code, stderr } = await run(folder.path, config)
  expect(code).toBe(2)
  expect(stderr).toMatch(/mine\.yaml:5:\d+: /)
})

test('what is wrong beyond the shape is said before anything is made: 2, with its place and the known ones', async () => {
  const wrong: readonly (readonly [more: object, place: string, message: RegExp])[] = [
    [{ surfaces: [{ surface: 'openai.chatt' }] }, '"openai.chatt"', /openai\.chat\b/],
    [{ traffic: { faults: ['nonsense'] } }, '"nonsense"', /malformed-json/],
    [{ sinks: [{ kind: 'disk', path: '${wrok}' }] }, '"${wrok}"', /\$\{work\}/],
    [{ sinks: [{ kind: 'doors' }, { kind: 'doors' }] }, '{"kind":"doors"}]', /api:doors/],
  ]
  for (const [more, place, message] of wrong) {
    await using folder = await temporaryFolder()
    const config = await configure(folder.path, started(server()), more)
    const column = (await readFile(config, 'utf8')).indexOf(place) + 1
    const { code, stderr } = await run(folder.path, config)
    expect(code, stderr).toBe(2)
    expect(stderr).toContain(`${config}:1:${column}: `)
    expect(stderr).toMatch(message)
    expect(await readdir(folder.path)).toEqual(['lethe.config.json'])
  }
})
