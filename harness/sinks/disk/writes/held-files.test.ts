import { Buffer } from 'node:buffer'
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { HeldFiles } from './held-files.ts'
import { type Report, weightOf } from './messages.ts'
import { Outbox } from './outbox.ts'

/** Files that are held, with what was read of them and what was said. */
class Holding implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'lethe-held-'))
  readonly sent: Report[] = []
  readonly gaps: string[] = []
  readonly held: HeldFiles
  readonly #outbox: Outbox
  #readings = 0

  constructor() {
    this.#outbox = new Outbox(report => {
      this.sent.push(report)
      queueMicrotask(() => this.#outbox.taken(weightOf(report)))
    })
    this.held = new HeldFiles({
      outbox: this.#outbox,
      nextReading: () => ++this.#readings,
      gap: (_, reason) => this.gaps.push(reason),
    })
  }

  /** An open file with this content, and the descriptor that is held. */
  file(content: string): { fd: number; path: string; hold: (size?: number) => void } {
    const path = join(this.folder, 'file')
    const fd = openSync(path, 'w+')
    writeSync(fd, content)
    const hold = (size = content.length) =>
      this.held.hold('inode', openSync(`/proc/self/fd/${fd}`, 'r'), size, { path: Buffer.from(path), by: null })
    return { fd, path, hold }
  }

  /** what was read, each reading at its base */
  read(): { base: number; text: string }[] {
    const readings = new Map<number, { base: number; text: string }>()
    for (const report of this.sent) {
      if (report.kind !== 'bytes') continue
      const before = readings.get(report.reading)?.text ?? ''
      readings.set(report.reading, { base: report.base, text: before + Buffer.from(report.bytes).toString() })
    }
    return [...readings.values()]
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true })
  }
}

test('an unlinked file is read whole, once for several writes; what is behind a hole at its place', async () => {
  using holding = new Holding()
  const { fd, path, hold } = holding.file('x'.repeat(300_000))
  writeSync(fd, 'far away', 2 ** 40)
  hold()
  hold()
  unlinkSync(path)
  await holding.held.settle()
  closeSync(fd)
  const [head, tail] = holding.read()
  expect(head?.text.startsWith('x'.repeat(300_000))).toBe(true)
  const at = (tail?.base ?? 0) + (tail?.text.indexOf('far away') ?? 0)
  expect(at).toBe(2 ** 40)
  expect(holding.read()).toHaveLength(2)
  expect(holding.gaps).toEqual([])
})

test('one that was cut before it could be read is said; one that was read before is not', async () => {
  using holding = new Holding()
  const { fd, hold } = holding.file('y'.repeat(300_000))
  hold()
  await holding.held.settle()
  ftruncateSync(fd, 0)
  hold(300_000)
  await holding.held.settle()
  expect(holding.gaps).toEqual([])
  hold(300_001)
  await holding.held.settle()
  closeSync(fd)
  expect(holding.gaps).toEqual(['was cut from 300001 to 0 bytes before it could be read'])
})

test('the part that is about to be cut is read, and its cut is no gap then', async () => {
  using holding = new Holding()
  const { fd, hold } = holding.file(`${'z'.repeat(300_000)}end`)
  holding.held.readNow('inode', fd, 0, 0)
  expect(holding.read()).toEqual([])
  hold()
  holding.held.readNow('inode', fd, 300_000, 0)
  ftruncateSync(fd, 300_000)
  await holding.held.settle()
  closeSync(fd)
  expect(holding.read()[0]).toEqual({ base: 300_000, text: 'end' })
  expect(holding.gaps).toEqual([])
})
