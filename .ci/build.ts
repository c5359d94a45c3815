import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, globSync, rmSync } from 'node:fs'

/** `npm run build`: JavaScript and types into dist/, with the data files that the code reads beside it. */
rmSync('dist', { recursive: true, force: true })
const compiled = spawnSync(process.execPath, ['node_modules/typescript-7/lib/tsc.js', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
})
if (compiled.status !== 0) process.exit(compiled.status ?? 1)
for (const file of globSync('{suites,reports,harness}/**/*.{yaml,schema.json,wasm}')) cpSync(file, `dist/${file}`)
chmodSync('dist/bin/lethe.js', 0o755)
