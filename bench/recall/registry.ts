import type { Family } from './row.ts'
import { basedForms } from './rows/based.ts'
import { dumpedBytes } from './rows/dumped.ts'
import { packedForms } from './rows/packed.ts'
import { writtenForms } from './rows/written.ts'

/** Every row of the matrix. */
export const families: readonly Family[] = [writtenForms, dumpedBytes, basedForms, packedForms]
