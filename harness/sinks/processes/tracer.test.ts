import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from '@playwright/test'
import { tracerOf } from './tracer.ts'

test('a process that nobody traces, and one that is not there, have no tracer', () => {
  expect(tracerOf(process.pid)).toBeNull()
  expect(tracerOf(2 ** 30)).toBeNull()
})

test('the tracer of a process is known', async () => {
  test.skip(spawnSync('strace', ['-V']).error !== undefined, 'needs strace')
  const strace = spawn('strace', ['-f', '-o', '/dev/null', '-e', 'trace=none', 'sh', '-c', 'echo $$; read -r _'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [said] = await once(strace.stdout, 'data')
  expect(tracerOf(Number(said))).toBe(strace.pid)
  strace.stdin.end()
  await once(strace, 'close')
})
