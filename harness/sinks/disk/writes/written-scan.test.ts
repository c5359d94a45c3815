import { Buffer } from 'node:buffer'
import { expect, test } from '@playwright/test'
import type { Scanner } from '../../../scan/scan.ts'
import { Bench } from '../../bench.suite.ts'
import { Ledger } from '../../ledger.ts'
import type { SinkSighting } from '../../sink.ts'
import { WrittenScan } from './written-scan.ts'

const file = (path: string) => ({ path: Buffer.from(path), by: null })

function reported(scan: WrittenScan): { sightings: SinkSighting[]; ledger: Ledger } {
  const sightings: SinkSighting[] = []
  const ledger = new Ledger()
  scan.report(sighting => sightings.push(sighting), ledger)
  return { sightings, ledger }
}

test('offsets are the file’s, and a canary in a path is never shown', async () => {
  const bench = new Bench()
  const [inside, name] = [bench.canary(), bench.canary()]
  const scan = new WrittenScan(bench.context, () => true)
  const reading = await scan.read(file(`/work/${name.text}.txt`), 1000)
  await reading.push(Buffer.from(`prompt ${inside.text}`))
  await reading.end()
  const { sightings } = reported(scan)
  expect(sightings.map(({ canary, offset, place }) => [canary, offset, place.kind])).toEqual([
    [name.id, 0, 'name'],
    [inside.id, 1007, 'file'],
  ])
  expect(JSON.stringify(sightings)).not.toContain(name.text)
})

test('what could not be read of a stranger’s file is told; of the deployment’s it keeps a pass away', () => {
  const scan = new WrittenScan(new Bench().context, path => path.startsWith('/work/'))
  scan.gapAt('/work/a', 'theirs')
  scan.gapAt('/home/b', 'a stranger’s')
  scan.gap('of all')
  const { incomplete, skipped } = reported(scan).ledger.coverage()
  expect(incomplete.map(({ reason }) => reason)).toEqual(['theirs', 'of all'])
  expect(skipped).toEqual([{ path: '/home/b', reason: 'a stranger’s' }])
})

test('what came before the outputs were known is scanned again when they are', async () => {
  const bench = new Bench()
  const output = bench.canary()
  let isWaiting = true
  const scanner: Scanner = {
    blindTo: null,
    open: onHit => bench.context.scanner.open(isWaiting ? () => {} : onHit),
    get isWaiting() {
      return isWaiting
    },
  }
  const scan = new WrittenScan({ ...bench.context, scanner }, () => true)
  const reading = await scan.read(file('/work/early'), 0)
  await reading.push(Buffer.from(output.text))
  await reading.end()
  await scan.flush()
  expect(reported(scan).sightings).toEqual([])
  isWaiting = false
  await scan.flush()
  expect(reported(scan).sightings.map(({ canary }) => canary)).toEqual([output.id])
})
