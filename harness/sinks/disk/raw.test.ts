import { Buffer } from 'node:buffer'
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, open, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { forensicDiskRefusal } from '../../deployment/forensic-disk.suite.ts'
import { ForensicDisk } from '../../deployment/forensic-disk.ts'
import { Bench, scanOf } from '../bench.suite.ts'
import { sinkContract } from '../contract.suite.ts'
import type { SinkSighting } from '../sink.ts'
import { deviceNumber } from './raw/block-devices.ts'
import { parseMounts } from './raw/mounts.ts'
import { rawSink } from './raw.ts'

const run = promisify(execFile)
const SMALL = 64

const refusal = await forensicDiskRefusal(SMALL)

const rawOf = (path: string) => rawSink({ kind: 'disk-raw', path, minutes: 1 })
const idsOf = (sightings: readonly SinkSighting[]) => new Set(sightings.map(({ canary }) => canary))

/** The loop device that the disk is mounted from. */
function loopOf({ image }: ForensicDisk): string {
  const loop = readdirSync('/sys/block').find(name => {
    try {
      return readFileSync(`/sys/block/${name}/loop/backing_file`, 'utf8').trim() === image
    } catch {
      return false
    }
  })
  return `/dev/${loop}`
}

async function place(at: string, offset: number, length: number): Promise<string> {
  const handle = await open(at, 'r')
  const { buffer } = await handle.read(Buffer.alloc(length), 0, length, offset)
  await handle.close()
  return buffer.toString()
}

test.describe('with a disk', () => {
  test.skip(refusal !== null, `no disk can be made here: ${refusal}`)

  sinkContract('disk-raw', async () => {
    const disk = await ForensicDisk.create(SMALL)
    return {
      sink: rawOf(disk.image),
      write: text => writeFile(join(disk.root, 'notes'), text),
      holds: async text => (await readFile(disk.image)).includes(text),
      lasting: true,
      denied: async () => rawOf('/dev/no-such-device'),
      [Symbol.asyncDispose]: () => disk[Symbol.asyncDispose](),
    }
  })

  for (const by of ['image', 'device'] as const) {
    test(`a file that was deleted at once is found in the ${by}, where it lies`, async () => {
      await using disk = await ForensicDisk.create(SMALL)
      const path = by === 'image' ? disk.image : loopOf(disk)
      const bench = new Bench()
      const [plain, packed] = [bench.canary(), bench.canary()]
      const { open: sink, control } = await bench.opened(rawOf(path))
      await using _ = sink
      await writeFile(join(disk.root, 'spool'), plain.text)
      await rm(join(disk.root, 'spool'))
      await writeFile(join(disk.root, 'spool.gz'), gzipSync(packed.text))
      await rm(join(disk.root, 'spool.gz'))
      const { sightings, coverage } = await scanOf(sink)
      expect(idsOf(sightings)).toEqual(new Set([plain.id, packed.id, control.id]))
      const seen = sightings.find(({ canary }) => canary === plain.id)
      expect(seen?.place).toEqual({ kind: 'device', path })
      expect(await place(path, seen?.offset ?? 0, plain.text.length)).toBe(plain.text)
      expect(coverage.incomplete).toEqual([])
      if (by === 'device') expect(coverage.bytes).toBe(SMALL * 1024 * 1024)
    })
  }

  test('what the file system still holds back is written out first', async () => {
    await using disk = await ForensicDisk.create(SMALL)
    await run('mount', ['-o', 'remount,async', disk.root])
    const bench = new Bench()
    const payload = bench.canary()
    const { open: sink } = await bench.opened(rawOf(loopOf(disk)))
    await using _ = sink
    await writeFile(join(disk.root, 'kept'), payload.text)
    expect((await readFile(disk.image)).includes(payload.text)).toBe(false)
    expect(idsOf((await scanOf(sink)).sightings)).toContain(payload.id)
  })

  test('a control that discard destroys is said when it is planted, with the mend', async () => {
    await using disk = await ForensicDisk.create(SMALL)
    await run('umount', [disk.root])
    await run('mount', ['-t', 'ext4', '-o', 'loop,discard', disk.image, disk.root])
    const bench = new Bench()
    await using sink = await rawOf(disk.image).open(bench.context)
    await expect(sink.plant(bench.canary('control'))).rejects.toMatchObject({
      code: 'SINK_DENIED',
      message: expect.stringContaining('discard'),
      mend: expect.stringContaining(`nodiscard ${disk.root}`),
    })
  })

  test('a mount that is a single file is passed over for one that takes the control', async () => {
    await using disk = await ForensicDisk.create(SMALL)
    const file = join(disk.root, 'file')
    const elsewhere = join(disk.root, '..', 'elsewhere')
    await writeFile(file, '')
    await mkdir(elsewhere)
    // Mounts are listed in their order, and the last one stays where the first was.
    await run('mount', ['--bind', file, file])
    await run('mount', ['--bind', disk.root, elsewhere])
    await run('umount', ['-l', disk.root])
    const bench = new Bench()
    const { open: sink, control } = await bench.opened(rawOf(disk.image))
    await using _ = sink
    expect(idsOf((await scanOf(sink)).sightings)).toEqual(new Set([control.id]))
  })

  test('pieces of compressed files from before are remarks, new ones are gaps', async () => {
    await using disk = await ForensicDisk.create(SMALL)
    const words = Array.from({ length: 4000 }, (_, index) => `word${index * 7919}`).join(' ')
    const broken = (seed: string): Buffer => {
      const packed = gzipSync(seed + words)
      return packed.fill(0xa5, 9000, 9064)
    }
    await writeFile(join(disk.root, 'old.gz'), broken('old'))
    const bench = new Bench()
    const { open: sink } = await bench.opened(rawOf(disk.image))
    await using _ = sink
    const first = (await scanOf(sink)).coverage
    expect(first.incomplete).toEqual([])
    expect(first.skipped).toEqual([
      { path: disk.image, reason: expect.stringMatching(/^\d+ pieces of compressed files/) },
    ])
    await writeFile(join(disk.root, 'new.gz'), broken('new'))
    const second = (await scanOf(sink)).coverage
    expect(second.incomplete.length).toBeGreaterThan(0)
    for (const { reason } of second.incomplete) expect(reason).toMatch(/^gzip at offset \d+: gzip is damaged/)
  })

  test('time that is up is said, with the offset from which nothing was read', async () => {
    await using disk = await ForensicDisk.create(SMALL)
    const bench = new Bench()
    await using sink = await rawSink({ kind: 'disk-raw', path: loopOf(disk), minutes: 1e-7 }).open(bench.context)
    const { incomplete } = (await scanOf(sink)).coverage
    expect(incomplete.map(({ reason }) => reason).join()).toMatch(/time of .* was up.*|not read from offset \d+/)
  })
})

test('an image that is mounted nowhere is read, and holds no control', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lethe-image-'))
  const image = join(folder, 'image')
  const bench = new Bench()
  const payload = bench.canary()
  await writeFile(image, Buffer.concat([Buffer.alloc(5000), Buffer.from(payload.text)]))
  await truncate(image, 3 * 1024 * 1024 + 17)
  const sink = await rawOf(image).open(bench.context)
  await expect(sink.plant(bench.canary('control'))).rejects.toMatchObject({
    code: 'SINK_DENIED',
    mend: expect.stringContaining('Mount it'),
  })
  const { sightings, coverage } = await scanOf(sink)
  await sink[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
  expect(sightings.map(({ canary, offset }) => [canary, offset])).toEqual([[payload.id, 5000]])
  expect(coverage.incomplete).toEqual([])
})

test('what is neither a device nor a file is refused', async () => {
  for (const path of [tmpdir(), '/dev/null']) {
    await expect(rawOf(path).open(new Bench().context)).rejects.toMatchObject({ code: 'SINK_UNREACHABLE' })
  }
})

test('mounts are read with blanks in their paths and any number of optional fields', () => {
  expect(
    parseMounts(
      [
        '36 35 98:0 /mnt1 /mnt\\0402 rw,noatime master:1 propagate_from:2 - ext4 /dev/root rw,errors=continue',
        '37 35 8:2 / / ro - xfs /dev/sda2 rw',
        '',
      ].join('\n'),
    ),
  ).toEqual([
    {
      device: '98:0',
      path: '/mnt 2',
      type: 'ext4',
      source: '/dev/root',
      options: ['rw', 'noatime', 'rw', 'errors=continue'],
    },
    { device: '8:2', path: '/', type: 'xfs', source: '/dev/sda2', options: ['ro', 'rw'] },
  ])
})

test('a device number is unpacked as the kernel packed it', () => {
  expect(deviceNumber(0x0801n)).toBe('8:1')
  expect(deviceNumber(0x10_3_01n | (0xabcn << 20n))).toBe(`259:${0xabc * 256 + 1}`)
})
