import type { DecayCurve } from '../harness/model/decay.ts'
import { counted } from './amounts.ts'

type Point = DecayCurve['points'][number]

export const phaseWords: Readonly<Record<Point['phase'], string>> = {
  asked: 'held before the answer',
  answering: 'held before the end of the answer',
  'under-way': 'a request under way',
  after: 'after the answers',
}

/** All copies of a class of data in one sample, whatever they are encoded in; of all classes where none is given. */
export function copiesIn({ copies }: Point, data?: string): number {
  return copies.reduce((sum, one) => sum + (data === undefined || one.data === data ? one.copies : 0), 0)
}

/** `input: 12 plain, 3 gzip; output: 1 plain`, or `none` */
export function copiesText({ copies }: Point): string {
  const byData = [...Map.groupBy(copies, ({ data }) => data)]
  const texts = byData.map(([data, ones]) => `${data}: ${ones.map(one => `${one.copies} ${one.via}`).join(', ')}`)
  return texts.length === 0 ? 'none' : texts.join('; ')
}

/** `memory:process: 845 copies while under way, 853 at once after the answers, 177 after 100 requests and 54.7 s` */
export function decayText({ sink, points }: DecayCurve): string {
  const underWay = points.filter(({ phase }) => phase !== 'after')
  const after = points.filter(({ phase }) => phase === 'after')
  const first = after[0]
  const last = after.at(-1)
  const copies = (number: number) => counted(number, 'copy', 'copies')
  const parts = [
    ...(underWay.length === 0
      ? []
      : [`${copies(Math.max(...underWay.map(point => copiesIn(point))))} while a request was under way`]),
    ...(first === undefined ? [] : [`${copies(copiesIn(first))} at once after the answers`]),
    ...(last === undefined || last === first
      ? []
      : [
          `${copies(copiesIn(last))} after ${counted(last.requests, 'further request')} and ${last.seconds.toFixed(1)} s`,
        ]),
  ]
  return `${sink}: ${parts.join(', ')}`
}
