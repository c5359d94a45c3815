import { type ClauseSummary, sinkName } from '../clause-summary.ts'
import { printable } from '../printable.ts'
import { verdictWords } from '../verdict-words.ts'
import { flow } from './flow.ts'
import type { Paint } from './paint.ts'

/** What is written to: columns, and how styles are put on. */
export interface Screen {
  readonly width: number
  readonly paint: Paint
}

const MOST_SINKS = 48

/** A line a clause: verdict, id, title, and the verdict of each sink; wrapped under the sinks. */
export function clauseTable(clauses: readonly ClauseSummary[], { width, paint }: Screen): string[] {
  const idWidth = Math.max(...clauses.map(clause => clause.clause.length), 0)
  const titleWidth = Math.min(Math.max(0, width - idWidth - 48), 46)
  return clauses.flatMap(({ clause, title, verdict, findings }) => {
    const { sign } = verdictWords[verdict]
    const shown = titleWidth < 12 ? '' : `${headOf(printable(title), titleWidth).padEnd(titleWidth)}  `
    const rest = ` ${printable(clause).padEnd(idWidth)}  ${shown}`
    const pieces = findings.slice(0, MOST_SINKS).map(finding => {
      const plain = `${verdictWords[finding.verdict].sign} ${printable(sinkName(finding), 40)}`
      return { plain, styled: paint.verdict(finding.verdict, plain) }
    })
    const left = findings.length - pieces.length
    if (left > 0) pieces.push({ plain: `and ${left} more`, styled: `and ${left} more` })
    return flow({ plain: sign + rest, styled: paint.verdict(verdict, sign) + rest }, pieces, width)
  })
}

function headOf(title: string, columns: number): string {
  return title.length <= columns ? title : `${title.slice(0, columns - 1)}…`
}
