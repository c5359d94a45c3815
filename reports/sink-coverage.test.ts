import { expect, test } from '@playwright/test'
import { leaking } from './golden/sample.ts'
import { coverageBySink } from './sink-coverage.ts'

test('scans of one sink are one entry: the largest scan, each gap once, the control by its worst scan', () => {
  const [disk] = coverageBySink(leaking.coverage)
  expect(disk).toMatchObject({ sink: 'disk:work', scans: ['after-traffic', 'after-stop'], bytes: 1_482_900, items: 35 })
  expect(disk?.incomplete).toHaveLength(2)
  expect(coverageBySink([...leaking.coverage, ...leaking.coverage])[0]?.incomplete).toHaveLength(2)
})

test('a control that one scan lost is not recovered', () => {
  const [first, second] = leaking.coverage.filter(scan => scan.sink === 'disk:work')
  if (first === undefined || second === undefined) throw new Error('the sample has two scans of disk:work')
  const lost = { ...second, control: { ...second.control, recovered: false, reason: 'gone' } }
  expect(coverageBySink([first, lost])[0]).toMatchObject({
    controlRecovered: false,
    control: 'not recovered by the scan after-stop: gone',
  })
  const never = { ...first, control: { id: null, planted: false, recovered: false, reason: null } }
  expect(coverageBySink([never])[0]?.control).toBe('not planted')
})
