/** Something that looks through the corpus, or a part of it. */
export interface Contender {
  readonly name: string
  /** what it looked at, in bytes */
  readonly bytes: number
  /** Looks once, and returns how many it found: null for one that looks for nothing. */
  look(): Promise<number | null>
}

/** A contender that cannot be measured here, and why. */
export interface Absent {
  readonly name: string
  readonly absent: string
}

export interface Measured {
  readonly name: string
  readonly bytes: number
  /** of the fastest look */
  readonly seconds: number
  readonly looks: number
  readonly found: number | null
}

const MOST_LOOKS = 5

/**
 * Measures all of them in turn, round after round, until the time is over: what else the machine does then hits all
 * alike, and the fastest look of each counts.
 * @param deadline as `performance.now()`; the first round is always finished
 */
export async function measureAll(contenders: readonly Contender[], deadline: number): Promise<Measured[]> {
  const best = new Map<string, Measured>()
  for (let round = 0; round < MOST_LOOKS && (round === 0 || performance.now() < deadline); round++) {
    for (const contender of contenders) {
      const started = performance.now()
      const found = await contender.look()
      const seconds = Math.min(
        (performance.now() - started) / 1000,
        best.get(contender.name)?.seconds ?? Number.MAX_VALUE,
      )
      best.set(contender.name, { name: contender.name, bytes: contender.bytes, seconds, looks: round + 1, found })
    }
  }
  return [...best.values()]
}

export const gibPerSecond = ({ bytes, seconds }: Measured): number => bytes / 2 ** 30 / seconds
