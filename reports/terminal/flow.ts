/** A piece that is never broken: what is seen, and the same with its style. */
export interface Piece {
  readonly plain: string
  readonly styled: string
}

/**
 * Pieces in lines of at most `width` columns: the first line after `first`, further ones after as many spaces as
 * `first` is wide. A piece that is longer than a line stands alone on its line, whole: paths stay fit to be copied.
 */
export function flow(first: Piece, pieces: readonly Piece[], width: number, gap: string = '  '): string[] {
  const lines: string[] = []
  let styled = first.styled
  let columns = first.plain.length
  let empty = true
  for (const piece of pieces) {
    const lead = empty ? '' : gap
    if (!empty && columns + lead.length + piece.plain.length > width) {
      lines.push(styled)
      styled = `${' '.repeat(first.plain.length)}${piece.styled}`
      columns = first.plain.length + piece.plain.length
      continue
    }
    styled += lead + piece.styled
    columns += lead.length + piece.plain.length
    empty = false
  }
  return [...lines, styled]
}

/** A text broken at its spaces. */
export function paragraph(
  first: string,
  text: string,
  width: number,
  style: (text: string) => string = same,
): string[] {
  const words = text.split(' ').map(word => ({ plain: word, styled: style(word) }))
  return flow({ plain: first, styled: style(first) }, words, width, ' ')
}

function same(text: string): string {
  return text
}
