import { Buffer } from 'node:buffer'
import { execFile } from 'node:child_process'
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { ForensicDisk } from '../../deployment/forensic-disk.ts'
import { Bench, scanOf } from '../bench.suite.ts'
import { sinkContract } from '../contract.suite.ts'
import { swapAreas } from './swap/swap-areas.ts'
import { SwappedText } from './swap/swapped-text.ts'
import { swapSink } from './swap.ts'

const run = promisify(execFile)
const MIB = 1024 * 1024
const HEADER = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n'

/** A swap area of the test's own, first choice of the kernel, and a list that names it alone. */
class Area implements AsyncDisposable {
  readonly path: string
  readonly list: string
  readonly #folder: string
  /** the loop device over the file, where the area is a device */
  #device: string | null = null
  /** the file system that the file lies on, where it is one of its own: of others the device may be out of reach */
  readonly #disk: ForensicDisk | null

  private constructor(folder: string, disk: ForensicDisk | null) {
    this.#folder = folder
    this.#disk = disk
    this.path = join(disk?.root ?? folder, 'swap file')
    this.list = join(folder, 'swaps')
  }

  static async on(how: 'written' | 'preallocated' | 'device'): Promise<Area> {
    const disk = how === 'preallocated' ? await ordinaryDisk() : null
    const area = new Area(await mkdtemp(join(tmpdir(), 'lethe-swap-')), disk)
    try {
      await writeFile(area.path, how === 'preallocated' ? '' : Buffer.alloc(8 * MIB), { mode: 0o600 })
      if (how === 'preallocated') await run('fallocate', ['-l', String(8 * MIB), area.path])
      if (how === 'device') area.#device = (await run('losetup', ['--find', '--show', area.path])).stdout.trim()
      await run('mkswap', [area.#swapped])
      await run('swapon', ['-p', '32767', area.#swapped])
      await writeFile(area.list, `${HEADER}${area.#swapped.replace(' ', '\\040')} file 8188 0 32767\n`)
      return area
    } catch (error) {
      await area[Symbol.asyncDispose]()
      throw error
    }
  }

  get #swapped(): string {
    return this.#device ?? this.path
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run('swapoff', [this.#swapped]).catch(() => {})
    if (this.#device !== null) await run('losetup', ['--detach', this.#device])
    await rm(this.#folder, { recursive: true })
    await this.#disk?.[Symbol.asyncDispose]()
  }
}

/** A file system whose journal does not hold content, as that of a swap file must be. */
async function ordinaryDisk(): Promise<ForensicDisk> {
  const disk = await ForensicDisk.create(64)
  await run('umount', [disk.root])
  await run('mount', ['-t', 'ext4', '-o', 'loop', disk.image, disk.root])
  return disk
}

const refusal = await Area.on('written').then(
  async area => {
    await area[Symbol.asyncDispose]()
    return null
  },
  error => String(error),
)

test.describe('with a swap area', () => {
  test.skip(refusal !== null, `no swap area can be switched on here: ${refusal}`)

  sinkContract('disk-swap', async () => {
    const area = await Area.on('written')
    const texts: SwappedText[] = []
    const nowhere = join(tmpdir(), `lethe-swaps-${process.pid}`)
    return {
      sink: swapSink({ kind: 'disk-swap' }, area.list),
      write: async text => void texts.push(await SwappedText.create(text)),
      lasting: true,
      denied: async () => {
        await writeFile(nowhere, `${HEADER}/no/such/area partition 1 0 -2\n`)
        return swapSink({ kind: 'disk-swap' }, nowhere)
      },
      async [Symbol.asyncDispose]() {
        for (const text of texts) text[Symbol.dispose]()
        await rm(nowhere, { force: true })
        await area[Symbol.asyncDispose]()
      },
    }
  })

  for (const how of ['preallocated', 'device'] as const) {
    test(`what was put out lies in a ${how === 'device' ? 'device' : 'file of preallocated blocks'}, after its memory is gone too`, async () => {
      await using area = await Area.on(how)
      const bench = new Bench()
      const payload = bench.canary()
      const { open: sink, control } = await bench.opened(swapSink({ kind: 'disk-swap' }, area.list))
      await using _ = sink
      const text = await SwappedText.create(payload.text)
      text[Symbol.dispose]()
      if (how === 'preallocated') expect((await readFile(area.path)).includes(control.text)).toBe(false)
      const { sightings, coverage } = await scanOf(sink)
      expect(new Set(sightings.map(({ canary }) => canary))).toEqual(new Set([control.id, payload.id]))
      const { place, offset } = sightings.find(({ canary }) => canary === payload.id) ?? {}
      expect(place?.kind).toBe('device')
      expect(coverage.incomplete).toEqual([])
      expect(coverage.bytes).toBe(8 * MIB)
      if (place?.kind !== 'device' || offset === undefined) throw new Error('no place')
      const device = await open(place.path, 'r')
      // Another page of the same blocks may be cached: read as the sink does.
      await run('blockdev', ['--flushbufs', place.path])
      const { buffer } = await device.read(Buffer.alloc(payload.text.length), 0, payload.text.length, offset)
      await device.close()
      expect(buffer.toString()).toBe(payload.text)
    })
  }
})

test('once Lethe’s own memory was swapped out, no sighting is certain, and nothing else changes', async () => {
  test.skip(refusal !== null, `no swap area can be switched on here: ${refusal}`)
  await using area = await Area.on('written')
  const script = `
    import { swapSink } from ${JSON.stringify(new URL('./swap.ts', import.meta.url).href)}
    import { SwappedText } from ${JSON.stringify(new URL('./swap/swapped-text.ts', import.meta.url).href)}
    import { libc } from ${JSON.stringify(new URL('../native/libc.ts', import.meta.url).href)}
    import { Bench, scanOf } from ${JSON.stringify(new URL('../bench.suite.ts', import.meta.url).href)}
    const bench = new Bench(), payload = bench.canary(), library = libc()
    const { open, control } = await bench.opened(swapSink({ kind: 'disk-swap' }, ${JSON.stringify(area.list)}))
    const text = await SwappedText.create(payload.text)
    const said = async () => {
      const { sightings, coverage } = await scanOf(open)
      const of = id => [...new Set(sightings.filter(({ canary }) => canary === id).map(({ confirmed }) => confirmed))]
      const { incomplete, skipped } = coverage
      return { payload: of(payload.id), control: of(control.id), incomplete, skipped: skipped.map(({ reason }) => reason) }
    }
    const before = await said()
    const own = library.mmapAnonymous(65536)
    new Uint8Array(library.view(own, 65536)).fill(7).set([1, 2, 3])
    library.madvise(own, 65536, 21)
    console.log(JSON.stringify({ before, after: await said() }))
    text[Symbol.dispose]()
    await open[Symbol.asyncDispose]()`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script])
  const { before, after } = JSON.parse(stdout)
  expect(before).toEqual({ payload: [true], control: [true], incomplete: [], skipped: [] })
  expect(after).toEqual({
    payload: [false],
    control: [true],
    incomplete: [],
    skipped: [expect.stringContaining('memory of Lethe itself was swapped out')],
  })
})

test('a machine without swap has no such place: that is said in each scan, and no control is claimed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lethe-swap-'))
  const list = join(folder, 'swaps')
  await writeFile(list, HEADER)
  const bench = new Bench()
  await using sink = await swapSink({ kind: 'disk-swap' }, list).open(bench.context)
  await expect(sink.plant(bench.canary('control'))).rejects.toMatchObject({
    code: 'SINK_DENIED',
    mend: expect.stringContaining('swap on'),
  })
  const { coverage, sightings } = await scanOf(sink)
  expect(coverage).toEqual({ bytes: 0, items: 0, incomplete: [], skipped: [], absent: `${list} names no swap area` })
  expect(sightings).toEqual([])
  await rm(folder, { recursive: true })
})

test('a list that is not there is out of reach; paths of a list are unescaped', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lethe-swap-'))
  const list = join(folder, 'swaps')
  await expect(swapSink({ kind: 'disk-swap' }, list).open(new Bench().context)).rejects.toMatchObject({
    code: 'SINK_UNREACHABLE',
  })
  await writeFile(list, `${HEADER}/a\\040b\\134c file 8 0 -2\n/dev/dm-1 partition 8 0 -3\n`)
  expect(await swapAreas(list)).toEqual(['/a b\\c', '/dev/dm-1'])
  await rm(folder, { recursive: true })
})
