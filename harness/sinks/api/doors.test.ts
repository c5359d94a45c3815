import { once } from 'node:events'
import { createServer as createTcpServer, type Socket } from 'node:net'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@playwright/test'
import { Bench, scanOf } from '../bench.suite.ts'
import { sinkContract } from '../contract.suite.ts'
import { type DoorsEnvironment, doorsSink } from './doors.ts'

type Route = (request: IncomingMessage, response: ServerResponse) => void

/** A deployment whose doors the test makes; everything else is 404. Notes each request. */
class Deployment implements AsyncDisposable {
  readonly url: string
  readonly asked: string[] = []
  readonly routes: Record<string, Route> = {}
  readonly #server: ReturnType<typeof createServer>

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.on('request', (request, response) => {
      this.asked.push(`${request.method} ${request.url}`)
      const route = this.routes[request.url ?? '']
      if (route === undefined) response.writeHead(404).end('no such door')
      else route(request, response)
    })
  }

  static async start(routes: Record<string, Route> = {}): Promise<Deployment> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const deployment = new Deployment(server)
    Object.assign(deployment.routes, routes)
    return deployment
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }
}

const declared = (paths: string[] = [], discover = false) => ({ kind: 'doors', paths, discover }) as const

const environmentOf = (deployment: { url: string }, more: Partial<DoorsEnvironment> = {}): DoorsEnvironment => ({
  baseUrl: deployment.url,
  exchanges: () => [],
  ...more,
})

const text =
  (body: string, status = 200): Route =>
  (_, response) =>
    response.writeHead(status).end(body)

sinkContract('doors', async () => {
  let controls = 0
  const stream: ServerResponse[] = []
  const deployment = await Deployment.start({
    '/log/stream': (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      stream.push(response)
    },
  })
  void controls
  return {
    sink: doorsSink(declared(['/log/stream', '/logs']), environmentOf(deployment)),
    write: async written => {
      for (const response of stream) response.write(`data: ${JSON.stringify({ message: written })}\n\n`)
    },
    holds: async () => {
      controls += 1
      return controls === 1
    },
    denied: async () => {
      await deployment[Symbol.asyncDispose]()
      return doorsSink(declared(['/logs']), environmentOf(deployment))
    },
    [Symbol.asyncDispose]: () => deployment[Symbol.asyncDispose](),
  }
})
