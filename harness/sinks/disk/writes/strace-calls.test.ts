import { Buffer } from 'node:buffer'
import { expect, test } from '@playwright/test'
import { type StraceCall, StraceCalls } from './strace-calls.ts'

const hex = (text: string) => Buffer.from(text).toString('hex').replaceAll(/../g, '\\x$&')

/** The calls in an output that comes in pieces of some length. */
function callsIn(output: string, pieces: number): { calls: StraceCall[]; gaps: string[] } {
  const calls: StraceCall[] = []
  const gaps: string[] = []
  const reader = new StraceCalls(
    call => calls.push(call),
    reason => gaps.push(reason),
  )
  const bytes = Buffer.from(output)
  for (let at = 0; at < bytes.length; at += pieces) reader.push(bytes.subarray(at, at + pieces))
  return { calls, gaps }
}

test('calls are read with their files and strings, also where another thread came between', () => {
  const output = [
    `7 write(5<${hex('/tmp/a b>')}>, "${hex('one"\n')}", 5) = 5`,
    `8  pwritev(6<${hex('/tmp/c')}>(deleted), [{iov_base="${hex('ab')}", iov_len=2}, {iov_base="${hex('c')}", iov_len=1}], 2, 0 <unfinished ...>`,
    `9 openat(AT_FDCWD<${hex('/')}>, "${hex('name')}", O_WRONLY|O_CREAT, 0666) = 3<${hex('/name')}>`,
    `8 <... pwritev resumed>) = 3`,
    `7 write(5<${hex('/tmp/a')}>, "${hex('no')}", 2) = -1 ENOSPC (No space left on device)`,
    `7 write(5<${hex('/tmp/a')}>, "${hex('long')}"..., 9999999) = 9999999`,
    `9 +++ exited with 0 +++`,
    '',
  ].join('\n')
  for (const pieces of [1, 7, 10_000]) {
    const { calls, gaps } = callsIn(output, pieces)
    expect(gaps).toEqual([])
    expect(calls.map(({ pid, name, result, cut }) => [pid, name, result, cut])).toEqual([
      [7, 'write', 5, false],
      [9, 'openat', 3, false],
      [8, 'pwritev', 3, false],
      [7, 'write', 9_999_999, true],
    ])
    const paths = calls.map(({ files }) => files.map(({ path }) => String(path)))
    expect(paths).toEqual([['/tmp/a b>'], ['/'], ['/tmp/c'], ['/tmp/a']])
    expect(calls.map(({ files: [file] }) => file?.isUnlinked)).toEqual([false, false, true, false])
    expect(calls.map(({ opened }) => opened && String(opened))).toEqual([null, '/name', null, null])
    expect(calls.map(({ strings }) => strings.map(String))).toEqual([['one"\n'], ['name'], ['ab', 'c'], ['long']])
    expect(calls[1]?.text).toContain('O_CREAT')
  }
})

test('a line of more than 64 MiB is left out, and said', () => {
  const endless = `7 write(5<${hex('/f')}>, "${'\\x61'.repeat(17 * 2 ** 20)}", 1) = 1\n7 write(5<${hex('/f')}>, "${hex('b')}", 1) = 1\n`
  const { calls, gaps } = callsIn(endless, 2 ** 20)
  expect(gaps).toEqual(['a write of very many parts was not read'])
  expect(calls.map(({ strings }) => strings.map(String))).toEqual([['b']])
})
