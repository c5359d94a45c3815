import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { loadConfigFile } from './load.ts'

let folder = ''
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lethe-config-'))
})
test.afterEach(() => rm(folder, { recursive: true, force: true }))

async function load(name: string, text: string) {
  await writeFile(join(folder, name), text)
  return loadConfigFile(undefined, folder)
}

const GOOD = {
  name: 'mine',
  deployment: { driver: 'external', baseUrl: 'http://127.0.0.1:1' },
  surfaces: [{ surface: 'openai.chat' }],
}

test('a script, with TypeScript and defaults', async () => {
  const { config } = await load(
    'lethe.config.ts',
    `const name: string = 'mine'\nexport default { ...${JSON.stringify(GOOD)}, name } satisfies object`,
  )
  expect(config).toMatchObject({ name: 'mine', profile: 'deepinfra', inconclusive: 'fail', traffic: { size: 4096 } })
})

for (const name of ['lethe.config.json', 'lethe.config.yaml']) {
  test(`${name} is data`, async () => {
    expect((await load(name, JSON.stringify(GOOD))).config.name).toBe('mine')
  })
}

test('every problem of a script is said with its place and what to write', async () => {
  const script = [
    'const defineConfig = (config: unknown) => config',
    'export default defineConfig({',
    "  name: 'Mine!',",
    "  deployment: { driver: 'external', baseUrl: 'nowhere' },",
    '  surfaces: [',
    "    { surface: 'openai.chat', bsae: '/v1' },",
    '  ],',
    "  sinks: [{ kind: 'dsik', path: '/tmp' }],",
    '})',
  ].join('\n')
  const error = await load('lethe.config.ts', script).catch(caught => caught)
  expect(error.code).toBe('CONFIG_INVALID')
  const lines = error.message.split('\n')
  for (const place of [':3:9:', ':4:46:', ':6:31:', ':8:19:']) {
    expect(
      lines.filter((line: string) => line.includes(`lethe.config.ts${place}`)),
      `${place} in\n${error.message}`,
    ).toHaveLength(1)
  }
  expect(error.mend).toContain('"disk"')
  expect(error.mend).toContain('"base"')
})

test('a syntax error has its place', async () => {
  await expect(load('lethe.config.ts', 'export default {\n  name: ,\n}')).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: /lethe\.config\.ts:2:9: /,
  })
})

test('a script that throws has its place', async () => {
  await expect(
    load('lethe.config.ts', 'const missing: string[] = []\n\nexport default { name: missing[0].length }'),
  ).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: /lethe\.config\.ts:3:\d+: /,
  })
})

test('a problem of a YAML configuration has its place', async () => {
  await expect(
    load('lethe.config.yaml', 'name: mine\ndeployment:\n  driver: proces\nsurfaces: []\n'),
  ).rejects.toMatchObject({
    message: /lethe\.config\.yaml:3:11: .*proces/,
  })
})

test('no configuration, or one that is not there, is said', async () => {
  await expect(loadConfigFile(undefined, folder)).rejects.toMatchObject({ code: 'CONFIG_INVALID', mend: /lethe init/ })
  await expect(loadConfigFile('other.ts', folder)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: /other\.ts/,
  })
})
