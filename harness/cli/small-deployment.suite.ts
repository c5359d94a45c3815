import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lethe } from '../../fixtures/lethe-process.ts'
import type { Results } from '../model/finding.ts'

/** A chat API in a few lines: answers by the book; `extra` runs for each request with `body` and `node:fs` at hand. */
export function server(extra = ''): string[] {
  const script = `
    const fs = require('node:fs'), { join } = require('node:path')
    const answer = text => JSON.stringify({ id: 'chat-1', object: 'chat.completion', created: 1, model: 'm',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: text } }] })
    require('node:http').createServer((request, response) => {
      let body = ''
      request.on('data', chunk => { body += chunk }).on('end', () => {
        if (request.method !== 'POST') return response.writeHead(404).end()
        ${extra}
        response.setHeader('content-type', 'application/json')
        response.end(answer('hello'))
      })
    }).listen(Number(process.env.PORT), '127.0.0.1')`
  return [process.execPath, '-e', script]
}

export async function configure(folder: string, deployment: object, more: object = {}): Promise<string> {
  const path = join(folder, 'lethe.config.json')
  const config = {
    name: 'small',
    deployment,
    surfaces: [{ surface: 'openai.chat', base: '/v1', model: 'm' }],
    traffic: { faults: 'none', timeout: '1s' },
    settle: { quiet: '200ms', atMost: '2s' },
    sinks: [{ kind: 'disk', name: 'work', path: '${work}' }],
    ...more,
  }
  await writeFile(path, JSON.stringify(config))
  return path
}

export const started = (command: readonly string[], more: object = {}) => ({
  driver: 'process',
  command,
  env: { PORT: '${port}' },
  ...more,
})

export async function run(folder: string, config: string, ...flags: readonly string[]) {
  const out = join(folder, 'run')
  const finished = await lethe('run', '--config', config, '--out', out, ...flags)
  return { ...finished, out, results: existsSync(join(out, 'results.json')) ? await resultsIn(out) : undefined }
}

export async function resultsIn(out: string): Promise<Results> {
  return JSON.parse(await readFile(join(out, 'results.json'), 'utf8'))
}

export function verdictAt(results: Results | undefined, clause: string, sink: string) {
  return results?.findings.find(finding => finding.clause === clause && finding.sink === sink)
}
