import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import type { Random } from './random.ts'

/** Bytes of one kind of content in a row. */
const BLOCK = 256 * 1024
/** Packages whose text stands for a source tree: large ones, which the lock file fixes. */
const SOURCES = ['typescript/lib', '@babel/parser/lib', 'zod', 'yaml/dist', 'fast-check/lib']
const MOST_SOURCE = 32 * 2 ** 20

type Maker = (random: Random) => Buffer

/** One round of contents, but for the packed ones: every prefix of whole rounds has the same mixture. */
function makers(): Maker[] {
  const source = sourceTree()
  let read = 0
  const nextSource: Maker = () => {
    read = read + BLOCK > source.length ? BLOCK : read + BLOCK
    return Buffer.from(source.subarray(read - BLOCK, read))
  }
  const noise: Maker = random => random.bytes(BLOCK)
  const sparse: Maker = () => Buffer.alloc(BLOCK)
  const base64: Maker = random => Buffer.from(random.bytes((BLOCK / 4) * 3).toString('base64'))
  const hex: Maker = random => Buffer.from(random.bytes(BLOCK / 2).toString('hex'))
  return [noise, logs, nextSource, sparse, base64, logs, noise, nextSource, hex]
}

function logs(random: Random): Buffer {
  const lines: string[] = []
  for (let length = 0; length < BLOCK; length += lines.at(-1)?.length ?? 0) {
    const [time, status, took] = [random.below(1e9), 200 + random.below(5) * 100, random.below(2000)]
    const id = random.bytes(12).toString('hex')
    lines.push(
      `{"time":"2026-01-02T03:04:${time}Z","level":"info","request":"${id}","status":${status},"ms":${took},"msg":"request done"}\n`,
    )
  }
  return Buffer.from(lines.join('')).subarray(0, BLOCK)
}

const packers = [gzipSync, deflateSync, zstdCompressSync]

/** Containers of one format, one after another, and zeros: packed logs with a canary in them. */
function zipped(random: Random, canary: string): Buffer {
  const block = Buffer.alloc(BLOCK)
  const packed = logs(random)
  plant(packed, [canary], random)
  const pack = packers[random.below(packers.length)] ?? gzipSync
  const member = pack(packed)
  for (let at = 0; at + member.length <= BLOCK; at += member.length) member.copy(block, at)
  return block
}

function sourceTree(): Buffer {
  const parts: Buffer[] = []
  let length = 0
  for (const folder of SOURCES.map(name => join('node_modules', name))) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }).sort(byPath)) {
      if (length >= MOST_SOURCE || !entry.isFile() || !/\.(js|ts|json|md)$/.test(entry.name)) continue
      const part = readFileSync(join(entry.parentPath, entry.name))
      parts.push(part)
      length += part.length
    }
  }
  return Buffer.concat(parts)
}

const byPath = (one: { parentPath: string; name: string }, other: { parentPath: string; name: string }): number =>
  join(one.parentPath, one.name) < join(other.parentPath, other.name) ? -1 : 1

/** The bytes of one round of all contents. */
export const ROUND = 10 * BLOCK

/**
 * Writes a mixed corpus of at least so many bytes: the same for the same random numbers and packages.
 * @param plants written over each block, at places drawn at random, but for the packed ones
 * @param canary what packed blocks hold
 * @returns how many bytes it has: whole rounds
 */
export function writeCorpus(
  path: string,
  size: number,
  random: Random,
  plants: () => readonly string[],
  canary: string,
): number {
  const round = makers()
  const file = openSync(path, 'wx', 0o600)
  let written = 0
  try {
    while (written < size) {
      for (const make of round) {
        const block = make(random)
        plant(block, plants(), random)
        written += writeSync(file, block)
      }
      written += writeSync(file, zipped(random, canary))
    }
  } finally {
    closeSync(file)
  }
  return written
}

/** Each in a part of its own, so that none hides another. */
function plant(block: Buffer, texts: readonly string[], random: Random): void {
  const part = Math.floor(block.length / Math.max(1, texts.length))
  for (const [index, text] of texts.entries()) block.write(text, index * part + random.below(part - text.length))
}
