import type { PiecesHost, PiecesKernel, Size } from './pieces-kernel.ts'

/** Readers that are given up half-way, such as of a file that vanished, give nothing back themselves. */
const abandoned = new FinalizationRegistry<() => void>(giveBack => giveBack())

/** Reads one text, block by block, in the memory of a kernel. */
export class PiecesReader {
  readonly #kernel: PiecesKernel
  readonly #host: PiecesHost
  readonly #state: number
  readonly #giveBack: () => void

  private constructor(kernel: PiecesKernel, host: PiecesHost, state: number, giveBack: () => void) {
    this.#kernel = kernel
    this.#host = host
    this.#state = state
    this.#giveBack = giveBack
    abandoned.register(this, giveBack, this)
  }

  /** Null where too many texts are read at once. What is passed is as for `PiecesKernel.lay`. */
  static open(
    kernel: PiecesKernel,
    size: Size,
    host: PiecesHost,
    takesAll: boolean,
    nests: boolean,
  ): PiecesReader | null {
    const state = kernel.lay(size, takesAll, nests)
    return state === null ? null : new PiecesReader(kernel, host, state, () => kernel.giveBack(size, state))
  }

  /**
   * Reads a part of a block.
   * @param address of the first byte of the block, as `load` gave it
   * @param offset of that byte in the layer
   * @param events where needles stand in the block, in order
   */
  read(address: number, from: number, to: number, offset: number, events: readonly number[]): void {
    const places = events.map(event => event + address)
    this.#kernel.read(this.#state, this.#host, address + from, address + to, offset - address, places)
  }

  /** What follows does not belong to what came before. */
  cut(): void {
    this.#kernel.cut(this.#state, this.#host)
  }

  /** It is not used any more. */
  close(): void {
    if (abandoned.unregister(this)) this.#giveBack()
  }
}
