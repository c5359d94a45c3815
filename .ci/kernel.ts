import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const SOURCE = 'harness/scan/kernel/assembly/index.ts'
const BUILT = 'harness/scan/kernel/kernel.wasm'

/**
 * `npm run build:kernel` compiles the kernel of the scan from AssemblyScript; with `--check` it compiles it into a temporary
 * folder and exits 1 unless the committed file is the same, byte for byte.
 */
if (process.argv.includes('--check')) check()
else compile(BUILT)

function check(): void {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-kernel-'))
  const fresh = join(folder, 'kernel.wasm')
  if (compile(fresh) && !readFileSync(fresh).equals(readFileSync(BUILT))) {
    process.stdout.write(`out of date: ${BUILT} (npm run build:kernel)\n`)
    process.exitCode = 1
  }
  rmSync(folder, { recursive: true })
}

/** No runtime and no start: the code works on a memory that its user lays out, and allocates nothing. */
function compile(target: string): boolean {
  const args = ['-O3', '--converge', '--noAssert', '--runtime', 'stub', '--importMemory']
  const { status } = spawnSync(join('node_modules', '.bin', 'asc'), [SOURCE, ...args, '--outFile', target], {
    stdio: 'inherit',
  })
  if (status !== 0) process.exitCode = 1
  return status === 0
}
