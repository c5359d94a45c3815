import { expect, test } from '@playwright/test'
import { bytes, count, counted, instant, span } from './amounts.ts'

test('bytes', () => {
  expect([0, 1, 1023, 1024, 1536, 10 * 1024 ** 2, 3 * 1024 ** 5].map(bytes)).toEqual([
    '0 B',
    '1 B',
    '1023 B',
    '1.0 KiB',
    '1.5 KiB',
    '10 MiB',
    '3072 TiB',
  ])
})

test('counts', () => {
  expect(count(1234567)).toBe('1,234,567')
  expect([counted(1, 'canary', 'canaries'), counted(0, 'canary', 'canaries'), counted(2, 'scan')]).toEqual([
    '1 canary',
    '0 canaries',
    '2 scans',
  ])
})

test('spans and instants', () => {
  expect(span('2026-11-24T10:00:00.000Z', '2026-11-24T10:00:00.850Z')).toBe('850 ms')
  expect(span('2026-11-24T10:00:00.000Z', '2026-11-24T10:00:12.340Z')).toBe('12.3 s')
  expect(span('2026-11-24T10:00:00.000Z', '2026-11-24T10:04:05.900Z')).toBe('4 min 5 s')
  expect(span('yesterday', '2026-11-24T10:04:05.900Z')).toBe('unknown')
  expect(instant('2026-11-24T10:00:21.500Z')).toBe('2026-11-24 10:00:21 UTC')
  expect(instant('soon')).toBe('soon')
})
