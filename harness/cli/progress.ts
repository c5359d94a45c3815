import { Listr, type ListrTaskWrapper } from 'listr2'
import { type Progress, STAGES, type Stage } from '../run/progress.ts'

/** Plain lines with time stamps, on standard error: for logs and CI. */
export function plainProgress(now: () => Date): Progress {
  const line = (text: string) => process.stderr.write(`${now().toISOString().slice(11, 19)} ${text}\n`)
  return {
    begin: stage => line(`${stage} …`),
    detail: () => {},
    end: (stage, summary) => line(`${stage}: ${summary}`),
  }
}

type Task = ListrTaskWrapper<unknown, never, never>

/** A live list of the stages on a terminal. `done` must be called when collecting has ended, however it ended. */
export function liveProgress(): Progress & { done(): Promise<void> } {
  const gates = new Map(STAGES.map(stage => [stage, Promise.withResolvers<string | null>()]))
  const tasks = new Map<Stage, Task>()
  const list = new Listr<unknown, 'default'>(
    STAGES.map(stage => ({
      title: stage,
      task: async (_context, task) => {
        tasks.set(stage, task as unknown as Task)
        const summary = await gates.get(stage)?.promise
        if (summary === null || summary === undefined) task.skip(`${stage}: not reached`)
        else task.title = `${stage}: ${summary}`
      },
    })),
    { renderer: 'default', exitOnError: false, concurrent: false },
  )
  const rendered = list.run()
  return {
    begin: () => {},
    detail: (stage, text) => {
      const task = tasks.get(stage)
      if (task !== undefined) task.output = text
    },
    end: (stage, summary) => gates.get(stage)?.resolve(summary),
    done: async () => {
      for (const gate of gates.values()) gate.resolve(null)
      await rendered
    },
  }
}

/** For runs of which only the result is told. */
export const silentProgress: Progress = { begin: () => {}, detail: () => {}, end: () => {} }
