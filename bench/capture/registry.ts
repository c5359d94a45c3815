import { databases } from './patterns/databases.ts'
import { dumps } from './patterns/dumps.ts'
import { files } from './patterns/files.ts'
import { mappedAndQueued } from './patterns/mapped.ts'
import { movedByTheKernel } from './patterns/moved.ts'
import { names } from './patterns/names.ts'
import { writtenByOthers } from './patterns/others.ts'
import type { Family } from './patterns/pattern.ts'
import { ram } from './patterns/ram.ts'
import { replaced } from './patterns/replaced.ts'
import { unnamed } from './patterns/unnamed.ts'

/** All patterns, in the order of the document. */
export const families: readonly Family[] = [
  files,
  unnamed,
  replaced,
  mappedAndQueued,
  movedByTheKernel,
  databases,
  dumps,
  names,
  writtenByOthers,
  ram,
]
