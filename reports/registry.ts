import { renderHtml } from './html.ts'
import { renderJson } from './json.ts'
import { renderJunit } from './junit.ts'
import type { Renderer } from './report.ts'
import { renderTerminal } from './terminal.ts'

/** Every format that a report can have, by the name that `--format` takes. */
export const renderers: Readonly<Record<'json' | 'terminal' | 'junit' | 'html', Renderer>> = {
  json: { fileName: 'results.json', render: renderJson },
  terminal: { fileName: null, render: renderTerminal },
  junit: { fileName: 'results.junit.xml', render: renderJunit },
  html: { fileName: 'report.html', render: renderHtml },
}
