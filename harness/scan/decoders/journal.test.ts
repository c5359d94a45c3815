import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { mutated, noise, planted, prose, scanInPieces } from './planted.suite.ts'

const WRITER = '/lib/systemd/systemd-journal-remote'

/** A file of journald with an entry of each message, written by systemd's own program. */
function journalOf(messages: readonly string[], isCompact: boolean): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-journal-'))
  try {
    const entries = messages.map(
      (message, index) =>
        `__REALTIME_TIMESTAMP=${1_700_000_000_000_000 + index}\n__MONOTONIC_TIMESTAMP=${1000 + index}\n_BOOT_ID=${'0123456789abcdef'.repeat(2)}\nMESSAGE=${message}\n\n`,
    )
    const file = join(folder, 'out.journal')
    const { status, stderr } = spawnSync(WRITER, ['-o', file, '-'], {
      input: entries.join(''),
      env: { SYSTEMD_JOURNAL_COMPACT: isCompact ? '1' : '0' },
    })
    if (status !== 0) throw new Error(String(stderr))
    return readFileSync(file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The only block of an LZ4 frame of at most 4 MiB. */
function lz4Block(content: Uint8Array): Buffer {
  const { stdout, error } = spawnSync('lz4', ['-q', '-c', '-B7', '--no-frame-crc'], {
    input: content,
    maxBuffer: 2 ** 24,
  })
  if (error !== undefined) throw error
  return stdout.subarray(11, 11 + stdout.readUInt32LE(7))
}

/** A DATA object as journald wrote it by default up to version 245, and does where it is built so. */
function lz4Object(content: Uint8Array, isCompact: boolean): Buffer {
  const block = lz4Block(content)
  const header = Buffer.alloc(isCompact ? 80 : 72)
  header.writeUInt16LE(0x0201, 0)
  header.writeBigUInt64LE(BigInt(header.length + block.length), 8)
  noise('hash', 8).copy(header, 16)
  header.writeBigUInt64LE(BigInt(content.length), header.length - 8)
  return aligned(Buffer.concat([header, block]))
}

const aligned = (object: Buffer): Buffer => Buffer.concat([object, Buffer.alloc((8 - (object.length % 8)) % 8)])

/** A file with objects of other types before each, and room after the last. */
function journalByLz4(objects: readonly Buffer[], isCompact: boolean): Buffer {
  const header = Buffer.alloc(272)
  header.write('LPKSHHRH')
  header.writeUInt32LE(isCompact ? 0x16 : 0x06, 12)
  header.writeBigUInt64LE(272n, 88)
  const entry = Buffer.alloc(70_003)
  noise('entry', 70_000).copy(entry)
  entry.writeUInt16LE(3, 0)
  entry.writeBigUInt64LE(BigInt(entry.length), 8)
  return Buffer.concat([header, ...objects.flatMap(object => [aligned(entry), object]), Buffer.alloc(50_000)])
}

for (const isCompact of [false, true]) {
  const kind = isCompact ? 'compact' : 'usual'
  test(`packed fields of a real journal of the ${kind} kind are found, and a twin is silent`, async () => {
    test.skip(!existsSync(WRITER), 'Debian’s package systemd-journal-remote is not installed')
    const values = [400, 600, 5000, 40_000].map(size => planted(`journal ${size}`, size))
    const journal = journalOf(
      values.map(({ text }) => text),
      isCompact,
    )
    const { ids, hits, incomplete } = await scanInPieces(journal)
    expect([...ids].sort()).toEqual(values.flatMap(({ canaries }) => canaries.map(({ id }) => id)).sort())
    expect(hits.some(({ via }) => via.length > 0)).toBe(true)
    expect(incomplete).toEqual([])
    const twin = await scanInPieces(journalOf([prose('twin', 5000), prose('twin', 40_000)], isCompact))
    expect([twin.hits, twin.incomplete]).toEqual([[], []])
  })

  test(`fields by LZ4 of the ${kind} kind are found amid others, small and large, cut and damaged`, async () => {
    test.skip(spawnSync('lz4', ['--version']).error !== undefined, 'there is no command lz4 on this machine')
    const values = [600, 30_000, 900_000].map(size => planted(`lz4 ${size}`, size))
    const objects = values.map(({ text }) => lz4Object(Buffer.from(`MESSAGE=${text}`), isCompact))
    const bytes = journalByLz4(objects, isCompact)
    const { ids, hits, incomplete } = await scanInPieces(Buffer.concat([noise('before', 777), bytes, bytes]), 9999)
    expect([...ids].sort()).toEqual(values.flatMap(({ canaries }) => canaries.map(({ id }) => id)).sort())
    expect(hits.filter(({ via }) => via[0] === 'journald').length).toBeGreaterThan(6)
    expect(incomplete).toEqual([])
    const cut = await scanInPieces(bytes.subarray(0, bytes.length - 70_000))
    expect(cut.ids.size).toBe(3 * 3 - 1)
    expect(cut.incomplete).toEqual([])
    const damaged = Buffer.from(bytes)
    noise('damage', 2000).copy(damaged, damaged.length - 80_000)
    const found = await scanInPieces(damaged)
    expect(found.ids.size).toBeGreaterThanOrEqual(3 * 3 - 1)
    expect(found.incomplete.join()).toMatch(/^journald at offset 0: only \d+ bytes of a field were unpacked/)
    for (let round = 0; round < 20; round++) await scanInPieces(mutated(bytes, `${round}`))
  })
}
