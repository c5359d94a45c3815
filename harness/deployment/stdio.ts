export type StdioStream = 'stdout' | 'stderr'

type Subscriber = { readonly onChunk: (chunk: Uint8Array) => void; readonly onEnd: () => void }

/**
 * Standard output and error of the process that Lethe starts, live. Lines that are planted before the start are
 * written through the deployment's own descriptors, by the shell that then becomes the deployment. One that is started
 * again goes on in the same streams, and is given no lines.
 */
export class Stdio {
  readonly #planted: Record<StdioStream, string[]> = { stdout: [], stderr: [] }
  readonly #subscribers: Record<StdioStream, Subscriber[]> = { stdout: [], stderr: [] }

  /** @param onEnd called at each end of the process */
  subscribe(stream: StdioStream, onChunk: (chunk: Uint8Array) => void, onEnd: () => void): void {
    this.#subscribers[stream].push({ onChunk, onEnd })
  }

  plantAtStart(stream: StdioStream, line: string): void {
    this.#planted[stream].push(line)
  }

  planted(stream: StdioStream): string {
    return this.#planted[stream].join('\n')
  }

  feed(stream: StdioStream, chunk: Uint8Array): void {
    for (const { onChunk } of this.#subscribers[stream]) onChunk(chunk)
  }

  end(stream: StdioStream): void {
    for (const { onEnd } of this.#subscribers[stream]) onEnd()
  }
}
