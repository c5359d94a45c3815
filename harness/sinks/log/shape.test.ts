import { expect, test } from '@playwright/test'
import { shapeOf } from './shape.ts'

const cases: [value: string | number | boolean | null, name: string, shape: string][] = [
  [null, 'x', 'null'],
  [false, 'x', 'boolean'],
  ['', 'x', 'empty'],
  ['2026-01-02', 'x', 'time'],
  ['2026-01-02 03:04:05,678', 'x', 'time'],
  ['2026-01-02T03:04:05.678901+02:00', 'x', 'time'],
  [1_767_225_600, 'time', 'time'],
  [1_767_225_600_123, 'createdAt', 'time'],
  [1_767_225_600_123, 'bytes', 'number'],
  [200, 'time', 'number'],
  ['1767225600.5', 'ts', 'time'],
  ['200', 'status', 'number'],
  ['-1.5e3', 'x', 'number'],
  ['3f2504e0-4f89-11d3-9a0c-0305e82c3301', 'x', 'id'],
  ['01ARZ3NDEKTSV4RRFFQ69G5FAV', 'x', 'id'],
  ['req_8f3a91bc', 'x', 'id'],
  ['chatcmpl-9aBcD3fGh', 'x', 'id'],
  ['deadbeef', 'x', 'token'],
  ['info', 'x', 'token'],
  ['meta-llama/Llama-3.1-8B', 'x', 'token'],
  ['127.0.0.1:5000', 'x', 'token'],
  ['/v1/chat/completions', 'x', 'url-path'],
  ['/v1/chat?q=a', 'x', 'free-text'],
  ['/files/My%20secret', 'x', 'free-text'],
  ['two words', 'x', 'free-text'],
  ['aGVsbG8gd29ybGQ=', 'x', 'free-text'],
  ['x'.repeat(65), 'x', 'free-text'],
  [`${'a1'.repeat(40)}`, 'x', 'free-text'],
  ['naïve', 'x', 'free-text'],
]

for (const [value, name, shape] of cases) {
  test(`${name}=${JSON.stringify(value)} is ${shape}`, () => {
    expect(shapeOf(value, name)).toBe(shape)
  })
}
