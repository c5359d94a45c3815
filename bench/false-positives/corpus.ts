import { closeSync, lstatSync, mkdirSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { globSync } from 'tinyglobby'
import { Random } from '../random.ts'

const MIB = 2 ** 20
const PIECE = MIB
/** What a Debian system has installed, and what npm has. */
const SYSTEM = '/usr'
const PACKAGES = 'node_modules'

/** A file of the corpus, and how many of its bytes belong to it. */
export interface Part {
  /** as it is told of */
  readonly name: string
  readonly path: string
  readonly bytes: number
}

/**
 * Real files of both trees, random bytes, and real files packed by gzip and zstd: a quarter of `bytes` each, but for
 * the system's, which fill up what the others leave.
 * @param folder for what is made
 */
export function makeCorpus(folder: string, bytes: number): Part[] {
  mkdirSync(folder, { recursive: true })
  const quarter = Math.floor(bytes / 4)
  const packed = writePacked(join(folder, 'packed'), quarter)
  const random = writeRandom(join(folder, 'random'), quarter)
  const ofPackages = take(PACKAGES, quarter)
  const rest = bytes - [packed, random, ...ofPackages].reduce((sum, part) => sum + part.bytes, 0)
  return [...take(SYSTEM, rest), ...ofPackages, random, packed]
}

export function* piecesOf({ path, bytes }: Omit<Part, 'name'>): Generator<Uint8Array> {
  const buffer = Buffer.alloc(PIECE)
  const file = openSync(path, 'r')
  try {
    for (let at = 0; at < bytes; ) {
      const length = readSync(file, buffer, 0, Math.min(PIECE, bytes - at), at)
      if (length === 0) return
      yield buffer.subarray(0, length)
      at += length
    }
  } finally {
    closeSync(file)
  }
}

/** Files of a tree by name, until there are so many bytes. */
function take(tree: string, bytes: number): Part[] {
  const parts: Part[] = []
  let left = bytes
  for (const path of filesOf(tree)) {
    if (left <= 0) break
    const size = Math.min(statSync(path).size, left)
    if (size > 0) parts.push({ name: path, path, bytes: size })
    left -= size
  }
  return parts
}

/** Links are not followed: some lead back into their own folder. */
function filesOf(tree: string): string[] {
  return globSync('**', { cwd: tree, dot: true, followSymbolicLinks: false })
    .map(name => join(tree, name))
    .filter(path => lstatSync(path).isFile())
    .sort()
}

function writeRandom(path: string, bytes: number): Part {
  const random = new Random('false positives')
  return write(path, bytes, () => random.bytes(PIECE))
}

/** Files from the end of the first tree, by turns: fewer bytes than asked for where it has not so much. */
function writePacked(path: string, bytes: number): Part {
  const files = filesOf(SYSTEM).reverse()
  const pieces = files.values().flatMap(file => piecesOf({ path: file, bytes: PIECE }))
  let packs = 0
  return write(path, bytes, () => {
    const piece = pieces.next().value
    packs += 1
    if (piece === undefined) return undefined
    return packs % 2 === 0 ? gzipSync(piece) : zstdCompressSync(piece)
  })
}

function write(path: string, bytes: number, next: () => Uint8Array | undefined): Part {
  const file = openSync(path, 'wx', 0o600)
  try {
    let written = 0
    for (let piece = next(); piece !== undefined && written < bytes; piece = next()) written += writeSync(file, piece)
    return { name: basename(path), path, bytes: written }
  } finally {
    closeSync(file)
  }
}
