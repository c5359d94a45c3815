import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Canary } from '../../model/canary.ts'

/** A server of Lethe's own on loopback with two doors that hold the control: a page, and a stream that stays open. */
export class ControlDoors implements AsyncDisposable {
  readonly page: URL
  readonly stream: URL
  readonly #control: Canary
  readonly #server: ReturnType<typeof createServer>
  readonly #listeners = new Set<ServerResponse>()

  private constructor(control: Canary, server: ReturnType<typeof createServer>) {
    const { port } = server.address() as AddressInfo
    this.#control = control
    this.#server = server
    this.page = new URL(`http://127.0.0.1:${port}/control`)
    this.stream = new URL(`http://127.0.0.1:${port}/control/stream`)
    server.on('request', (request, response) => {
      if (request.url === this.stream.pathname) this.#listen(response)
      else response.setHeader('content-type', 'application/json').end(JSON.stringify({ control: control.text }))
    })
  }

  static async open(control: Canary): Promise<ControlDoors> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new ControlDoors(control, server)
  }

  /** Sends the control, once more, to who holds the stream open. */
  announce(): void {
    for (const response of this.#listeners) response.write(`data: ${this.#control.text}\n\n`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  #listen(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    this.#listeners.add(response)
    response.once('close', () => this.#listeners.delete(response))
  }
}
