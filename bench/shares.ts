import type { RunKey } from '../harness/canary/key.ts'
import type { Decoder, Decoding, Output } from '../harness/scan/decoders/decoder.ts'
import { carvedDecoders, headerlessDecoders } from '../harness/scan/decoders/registry.ts'
import { letheScanner } from './contenders/lethe.ts'

/** How much of a scan one decoder took. */
export interface Share {
  readonly name: string
  readonly containers: number
  /** that came out */
  readonly bytes: number
  /** while it decoded, without the scan of what came out */
  readonly seconds: number
}

/** What all decoders took in one scan with all of them on, and how long that was; the decoders are measured from then on. */
export async function measureShares(
  path: string,
  bytes: number,
  key: RunKey,
): Promise<{ readonly seconds: number; readonly shares: readonly Share[] }> {
  const clocks = [...carvedDecoders, ...headerlessDecoders(true)].map(decoder => new Clock(decoder))
  const started = performance.now()
  await letheScanner('shares', path, bytes, key, {}).look()
  const seconds = (performance.now() - started) / 1000
  return { seconds, shares: clocks.map(clock => clock.share()).filter(({ containers }) => containers > 0) }
}

/** Takes the place of a decoder's `open` with one that measures. */
class Clock {
  readonly #name: string
  #containers = 0
  #bytes = 0
  #milliseconds = 0

  constructor(decoder: Decoder) {
    this.#name = decoder.name
    const open = decoder.open.bind(decoder)
    Object.assign(decoder, { open: () => this.#measured(open()) })
  }

  share(): Share {
    return { name: this.#name, containers: this.#containers, bytes: this.#bytes, seconds: this.#milliseconds / 1000 }
  }

  #measured(decoding: Decoding): Decoding {
    this.#containers += 1
    let elsewhere = 0
    // A decoding may keep the output that it was given first.
    const timed = async <T>(work: (measured: Output) => Promise<T>, output: Output): Promise<T> => {
      const started = performance.now()
      const before = elsewhere
      const result = await work(async bytes => {
        this.#bytes += bytes.length
        const left = performance.now()
        const isWanted = await output(bytes)
        elsewhere += performance.now() - left
        return isWanted
      })
      this.#milliseconds += performance.now() - started - (elsewhere - before)
      return result
    }
    return {
      write: (bytes, output) => timed(measured => decoding.write(bytes, measured), output),
      end: output => timed(measured => decoding.end(measured), output),
      get consumed() {
        return decoding.consumed
      },
      get damage() {
        return decoding.damage
      },
      get isCertain() {
        return decoding.isCertain
      },
    }
  }
}
