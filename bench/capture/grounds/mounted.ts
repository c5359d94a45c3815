import { execFileSync } from 'node:child_process'

/** Something that is mounted, and is not at the end of its block. */
export interface Mounted extends Disposable {
  readonly folder: string
}

/** Mounts by mount(8). @param args the last is an empty folder. @throws Error with what mount says */
export function mounted(args: readonly string[]): Mounted {
  execFileSync('mount', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const folder = args.at(-1) ?? ''
  return {
    folder,
    [Symbol.dispose]: () => {
      execFileSync('umount', [folder], { stdio: ['ignore', 'ignore', 'pipe'] })
    },
  }
}
