import type { Canary } from '../../model/canary.ts'

/** The control as a record of a log, without the line's end. */
export function controlLine(control: Canary): string {
  return JSON.stringify({ lethe: 'control', canary: control.text })
}
