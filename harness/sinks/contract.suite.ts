import { expect, test } from '@playwright/test'
import { LetheError } from '../model/error.ts'
import { Bench, scanOf } from './bench.suite.ts'
import type { Sink } from './sink.ts'

/** A sink of one kind over a place of its own, with the deployment's part played by the test. */
export interface ContractSubject extends AsyncDisposable {
  readonly sink: Sink
  /** the deployment starts; what was planted before is in its place from now on */
  start?(): Promise<void>
  /** the deployment writes to the place; resolves when it is there */
  write(text: string): Promise<void>
  /** whether the place, looked at without the sink, holds the text; left out where nobody else can look */
  holds?(text: string): Promise<boolean>
  /** the control cannot be taken back (a stream): it is not looked for after the end */
  readonly lasting?: true
  /** the place gives no sign when something comes in, so its pulse stands still */
  readonly still?: true
  /** a sink of this kind over a place that lets nobody in, where there is such a place */
  denied?(): Promise<Sink>
}

/** What every sink must do, run on one kind of sink. */
export function sinkContract(name: string, make: () => Promise<ContractSubject>): void {
  test.describe(`the contract of a sink: ${name}`, () => {
    test('opens before traffic, recovers its control, is silent otherwise', async () => {
      await using subject = await make()
      const bench = new Bench()
      const { open, control } = await bench.opened(subject.sink)
      await using _ = open
      await subject.start?.()
      await subject.write('nothing of interest')
      const { coverage, sightings } = await scanOf(open)
      expect(new Set(sightings.map(({ canary, role }) => `${role} ${canary}`))).toEqual(
        new Set([`control ${control.id}`]),
      )
      expect(coverage.incomplete).toEqual([])
      expect(coverage.bytes).toBeGreaterThan(0)
      expect(coverage.items).toBeGreaterThan(0)
    })

    test('finds a payload that was written during traffic, in every scan', async () => {
      await using subject = await make()
      const bench = new Bench()
      const { open, control } = await bench.opened(subject.sink)
      await using _ = open
      await subject.start?.()
      const before = await open.pulse()
      const payload = bench.canary()
      await subject.write(`prompt: ${payload.text}.`)
      if (subject.still !== true) await expect.poll(() => open.pulse()).not.toBe(before)
      for (const time of ['first', 'second']) {
        const { sightings } = await scanOf(open)
        expect
          .soft(
            sightings.map(({ canary }) => canary),
            time,
          )
          .toContain(payload.id)
        expect
          .soft(
            sightings.map(({ canary }) => canary),
            time,
          )
          .toContain(control.id)
        expect
          .soft(
            sightings.every(({ length, sha256 }) => length > 0 && sha256.length === 64),
            time,
          )
          .toBe(true)
        expect.soft(JSON.stringify(sightings), time).not.toContain(payload.text)
      }
    })

    test('ends soon when the run is interrupted', async () => {
      await using subject = await make()
      const bench = new Bench()
      const { open } = await bench.opened(subject.sink)
      await using _ = open
      await subject.start?.()
      bench.interrupt()
      const { coverage } = await scanOf(open)
      expect(coverage.incomplete).not.toEqual([])
    })

    test('takes its control back at the end, and may be ended twice', async () => {
      await using subject = await make()
      const { open, control } = await new Bench().opened(subject.sink)
      await subject.start?.()
      if (subject.holds) expect(await subject.holds(control.text)).toBe(true)
      await open[Symbol.asyncDispose]()
      await open[Symbol.asyncDispose]()
      if (subject.holds && subject.lasting !== true) expect(await subject.holds(control.text)).toBe(false)
    })

    test('says when it is denied', async () => {
      await using subject = await make()
      const denied = await subject.denied?.()
      if (denied !== undefined) expect(await saysSo(denied)).toBe(true)
    })
  })
}

async function saysSo(denied: Sink): Promise<boolean> {
  try {
    await using open = await denied.open(new Bench().context)
    return (await scanOf(open)).coverage.incomplete.length > 0
  } catch (error) {
    return error instanceof LetheError && error.mend !== '' && error.code.startsWith('SINK_')
  }
}
