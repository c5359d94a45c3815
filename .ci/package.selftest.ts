import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { delimiter, dirname, join } from 'node:path'
import { expect, test } from '@playwright/test'
import { temporaryFolder } from '../fixtures/lethe-process.ts'

/** A command as a user would type it; the Node that runs this test comes first on the PATH. */
async function command(
  folder: string,
  line: string,
  more: NodeJS.ProcessEnv = {},
): Promise<{ code: number | null; output: string }> {
  const [name = '', ...args] = line.split(' ')
  const { npm_config_local_prefix: _, npm_package_json: __, ...env } = process.env
  const path = [dirname(process.execPath), env.PATH].join(delimiter)
  const child = spawn(name, args, {
    cwd: folder,
    env: { ...env, ...more, PATH: path, INIT_CWD: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk
    })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output }
}

/** Answers chat requests as an OpenAI-compatible server does, and keeps nothing. */
async function deployment(): Promise<AsyncDisposable & { readonly url: string }> {
  const message = { role: 'assistant', content: 'hello' }
  const answer = {
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, finish_reason: 'stop', message }],
  }
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.setHeader('content-type', 'application/json').end(JSON.stringify(answer)))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

test('the packed package, installed in an empty folder, runs against an external URL and judges a user’s own spec', async () => {
  await using folder = await temporaryFolder()
  await using external = await deployment()
  const packed = await command(process.cwd(), `npm pack --silent --pack-destination ${folder.path}`)
  expect(packed.code, packed.output).toBe(0)
  const [tarball = ''] = (await readdir(folder.path)).filter(name => name.endsWith('.tgz'))
  const home = join(folder.path, 'home')
  const data = join(folder.path, 'data')
  await mkdir(home)
  await mkdir(data)
  await writeFile(join(home, 'package.json'), '{"private":true,"type":"module"}')
  const installed = await command(home, `npm install --no-audit --no-fund --ignore-scripts ../${tarball}`)
  expect(installed.code, installed.output).toBe(0)

  const config = `import { defineConfig } from 'lethe/config'
    export default defineConfig({
      name: 'external',
      deployment: { driver: 'external', baseUrl: '${external.url}' },
      surfaces: [{ surface: 'openai.chat', base: '/v1', model: 'm' }],
      sinks: [{ kind: 'disk', name: 'data', path: ${JSON.stringify(data)} }],
      inconclusive: 'warn',
    })`
  await writeFile(join(home, 'lethe.config.ts'), config)
  const run = await command(home, 'npx --no-install lethe run --out run')
  expect(run.code, run.output).toBe(0)
  expect(run.output).toContain('disk:data')
  expect(await readdir(join(home, 'run'))).toContain('report.html')
  expect((await command(home, 'npx --no-install lethe doctor')).code).toBe(0)

  const spec = `import { test, expect } from 'lethe'
    test('inputs stay off the data folder', async ({ results }) => {
      const finding = results.findings.find(one => one.clause === 'DI-INPUT-1' && one.sink === 'disk:data')
      expect(finding?.verdict).toBe('pass')
    })`
  await writeFile(join(home, 'mine.spec.ts'), spec)
  const judged = await command(home, 'npx --no-install playwright test', { LETHE_RUN: 'run' })
  expect(judged.code, judged.output).toBe(0)
  expect(judged.output).toContain('1 passed')
})
