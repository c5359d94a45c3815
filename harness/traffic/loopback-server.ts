import type { RequestListener } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo, Server as NetServer } from 'node:net'
import { createServer as createNetServer, type Socket } from 'node:net'

/** A server on 127.0.0.1, for tests: it goes away, with all its connections, at the end of the block. */
export interface LoopbackServer extends AsyncDisposable {
  readonly url: string
}

/** Answers HTTP by `listener`. */
export function serveHttp(listener: RequestListener): Promise<LoopbackServer> {
  return listening(createServer(listener))
}

/** Gives each connection to `onSocket`, for what no HTTP server would do. */
export function serveSockets(onSocket: (socket: Socket) => void): Promise<LoopbackServer> {
  return listening(createNetServer(onSocket))
}

async function listening(server: NetServer): Promise<LoopbackServer> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    // A client that hangs up is what many of these tests are about.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
