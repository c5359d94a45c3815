import type { Site } from './site.ts'

/**
 * Where a pattern has its text at rest. `disk`: in a file of the folder (in RAM, where the folder's file system is).
 * `name`: in the folder's file system too, but in a name, a link or an attribute. `tmpfs`: in a file of /dev/shm, whatever
 * the folder. `memory`: in memory that belongs to no file system that is mounted. `none`: nowhere.
 */
export type AtRest = 'disk' | 'name' | 'tmpfs' | 'memory' | 'none'

/** One way in which a program puts text where it may stay. */
export interface Pattern {
  /** unique */
  readonly name: string
  /** the calls that it makes, in their order */
  readonly how: string
  readonly kind: AtRest
  /** its file has no name when the text is written */
  readonly isNameless?: true
  /**
   * Writes the text, calls `site.held` while it is there, and takes it back.
   * @throws Refused where this machine does not allow it, any other error where it fails
   */
  write(site: Site): void | Promise<void>
}

/** Patterns of one kind, in the order of the document. */
export interface Family {
  readonly title: string
  readonly patterns: readonly Pattern[]
}

/** What the names of a pattern's files begin with: no other pattern's do. */
export function fileStem({ name }: Pick<Pattern, 'name'>): string {
  return `${name.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()}-file`
}
