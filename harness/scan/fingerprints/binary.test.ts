import { crc32, deflateSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { Lesson, noise } from './fingerprints.suite.ts'

/** A PNG of 8-bit RGB: a gradient with the grain that a picture of a model has. */
function pngOf(seed: string, size: number): Buffer {
  const grain = noise(seed, size * size * 3)
  const rows = Array.from({ length: size }, (_, y) => {
    const pixels = grain.subarray(y * size * 3, (y + 1) * size * 3).map((byte, x) => (byte & 15) + ((x + y) >> 2))
    return Buffer.concat([Buffer.of(0), pixels])
  })
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND'),
  ])
}

function chunk(type: string, data = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(data.length, 0)
  ends.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)])
}

/** A WAV of 16-bit mono: silence, a tone with a little noise, silence. */
function wavOf(seed: string, samples: number): Buffer {
  const grain = noise(seed, samples)
  const data = Buffer.alloc(4 * samples)
  for (let at = 0; at < samples; at++) {
    data.writeInt16LE(Math.round(8000 * Math.sin(at / 11)) + (grain[at] ?? 0), samples + 2 * at)
  }
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + data.length, 4)
  header.write('WAVEfmt ', 8)
  header.set([16, 0, 0, 0, 1, 0, 1, 0], 16)
  header.writeUInt32LE(16_000, 24)
  header.writeUInt32LE(32_000, 28)
  header.set([2, 0, 16, 0], 32)
  header.write('data', 36)
  header.writeUInt32LE(data.length, 40)
  return Buffer.concat([header, data])
}

const lesson = new Lesson()
lesson.fingerprints.stopGathering()
const files = { PNG: pngOf('picture', 160), WAV: wavOf('speech', 9000) }
const ids = {
  PNG: lesson.keep(files.PNG, { kind: 'binary' }),
  WAV: lesson.keep(files.WAV, { kind: 'binary' }),
}
const { distinct } = lesson.learn()

for (const format of ['PNG', 'WAV'] as const) {
  const [file, id] = [files[format], ids[format]]

  test(`the bytes of a ${format} are found as they are, and a quarter of them too`, async () => {
    expect(distinct.has(id)).toBe(true)
    const quarter = file.subarray(file.length / 4, file.length / 2)
    for (const kept of [file, Buffer.concat([noise('before', 1001), file, noise('after', 99)]), quarter]) {
      const hits = await lesson.scan(kept)
      expect(hits.filter(({ canary, confirmed }) => canary === id && confirmed).length).toBeGreaterThan(0)
      expect(hits.every(({ canary }) => canary === id)).toBe(true)
    }
  })

  test(`the bytes of a ${format} are found in base64 at every alignment`, async () => {
    for (const before of [0, 1, 2]) {
      const text = Buffer.concat([noise('before', before), file]).toString('base64')
      const hits = await lesson.scan(`{"image":"${text}"}`)
      const expected = { canary: id, via: ['base64', 'fingerprint'], confirmed: true }
      expect(hits).toContainEqual(expect.objectContaining(expected))
    }
  })
}

test('another file of the same format, a header alone, zeros and silence are none', async () => {
  const [png, wav] = [pngOf('another picture', 160), wavOf('another speech', 9000)]
  for (const file of [png, wav, files.PNG.subarray(0, 64), files.WAV.subarray(0, 4000), Buffer.alloc(1e6)]) {
    expect((await lesson.scan(file)).filter(({ confirmed }) => confirmed)).toEqual([])
  }
})
