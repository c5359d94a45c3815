import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Ground, GroundKind } from './ground.ts'
import { mounted } from './mounted.ts'

const IMAGE_MIB = 128
/** holds all that a round writes, so that no transaction is written over by a later one */
const JOURNAL_MIB = 60

/** A new ground below a folder, which is left as it was. @throws Error where it cannot be mounted */
export function createGround(kind: GroundKind, base: string): Ground {
  return kind === 'ext4' ? onImage(base) : onTmpfs(base)
}

function onTmpfs(base: string): Ground {
  using stack = new DisposableStack()
  const folder = emptyFolder(base, 'tmpfs', stack)
  stack.use(mounted(['-t', 'tmpfs', '-o', `size=${IMAGE_MIB}m`, 'lethe-capture', folder]))
  return ground('tmpfs', folder, null, stack.move())
}

/**
 * ext4(5): `data=journal` writes all data to the journal first, `sync` at once, and `nodiscard` leaves freed blocks as they are. So
 * each write stays in the image until the journal comes round to its place again.
 */
function onImage(base: string): Ground {
  using stack = new DisposableStack()
  const ram = emptyFolder(base, 'ram', stack)
  stack.use(mounted(['-t', 'tmpfs', '-o', `size=${IMAGE_MIB + 1}m`, 'lethe-capture', ram]))
  const image = join(ram, 'image')
  writeFileSync(image, '', { mode: 0o600 })
  truncateSync(image, IMAGE_MIB * 2 ** 20)
  execFileSync('mkfs.ext4', ['-q', '-F', '-O', 'has_journal', '-J', `size=${JOURNAL_MIB}`, image], { stdio: 'pipe' })
  const folder = emptyFolder(base, 'disk', stack)
  stack.use(mounted(['-t', 'ext4', '-o', 'loop,data=journal,sync,nodiscard', image, folder]))
  return ground('ext4', folder, image, stack.move())
}

/** The new file system holds nothing but what mkfs makes. */
function ground(kind: GroundKind, root: string, image: string | null, stack: DisposableStack): Ground {
  const folder = join(root, 'work')
  mkdirSync(folder)
  chmodSync(folder, 0o700)
  return { kind, folder, image, [Symbol.dispose]: () => stack.dispose() }
}

function emptyFolder(base: string, name: string, stack: DisposableStack): string {
  const folder = join(base, name)
  mkdirSync(folder)
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
