import { setTimeout as sleep } from 'node:timers/promises'

/**
 * `node bench/capture/cost/resident.ts MIB`: holds so much memory that no page is like another or untouched, says `ready`, and answers each line
 * of standard input with the longest time, in milliseconds, that it did not run since the answer before.
 */
const MIB = 2 ** 20
const [mib = '0'] = process.argv.slice(2)
const held = Array.from({ length: Number(mib) }, (_, index) => filled(index))
let last = performance.now()
let longest = 0
process.stdin.on('data', () => {
  note()
  process.stdout.write(`${longest}\n`)
  longest = 0
})
// Whoever still uses it keeps it from being collected.
process.on('exit', () => held.length)
process.stdout.write('ready\n')
for (;;) {
  note()
  await sleep(1)
}

function note(): void {
  const now = performance.now()
  longest = Math.max(longest, now - last)
  last = now
}

/** 1 MiB that no page of is zero. */
function filled(index: number): Uint32Array {
  const block = new Uint32Array(MIB / 4)
  for (let at = 0; at < block.length; at += 1) block[at] = Math.imul(at + 1, 2_654_435_761) ^ index
  return block
}
