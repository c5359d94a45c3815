import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const FOLDER = 'harness/scan/kernel'
/** What is built, and from what: the search for needles, and the reading of texts in pieces. */
const MODULES: readonly (readonly [built: string, source: string])[] = [
  ['kernel.wasm', 'index.ts'],
  ['pieces.wasm', 'pieces/index.ts'],
]

/**
 * `npm run build:kernel` compiles the kernel of the scan from AssemblyScript; with `--check` it compiles it into a temporary
 * folder and exits 1 unless the committed files are the same, byte for byte.
 */
for (const [built, source] of MODULES) {
  const from = join(FOLDER, 'assembly', source)
  if (process.argv.includes('--check')) check(from, built)
  else compile(from, join(FOLDER, built))
}

function check(source: string, built: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-kernel-'))
  const fresh = join(folder, built)
  if (compile(source, fresh) && !readFileSync(fresh).equals(readFileSync(join(FOLDER, built)))) {
    process.stdout.write(`out of date: ${join(FOLDER, built)} (npm run build:kernel)\n`)
    process.exitCode = 1
  }
  rmSync(folder, { recursive: true })
}

/** No runtime and no start: the code works on a memory that its user lays out, and allocates nothing. */
function compile(source: string, target: string): boolean {
  const args = ['-O3', '--converge', '--noAssert', '--runtime', 'stub', '--importMemory', '--enable', 'simd']
  const { status } = spawnSync(join('node_modules', '.bin', 'asc'), [source, ...args, '--outFile', target], {
    stdio: 'inherit',
  })
  if (status !== 0) process.exitCode = 1
  return status === 0
}
