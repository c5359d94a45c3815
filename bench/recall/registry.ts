import type { Family } from './row.ts'
import { archives } from './rows/archives.ts'
import { basedForms } from './rows/based.ts'
import { dumpedBytes } from './rows/dumped.ts'
import { mariadbFiles } from './rows/mariadb.ts'
import { media } from './rows/media.ts'
import { packedForms } from './rows/packed.ts'
import { pieces } from './rows/pieces.ts'
import { postgresFiles } from './rows/postgres.ts'
import { redisFiles } from './rows/redis.ts'
import { serialised } from './rows/serialised.ts'
import { stores } from './rows/stores.ts'
import { tokenIds } from './rows/tokens.ts'
import { wire } from './rows/wire.ts'
import { writtenForms } from './rows/written.ts'

/** Every row of the matrix. */
export const families: readonly Family[] = [
  writtenForms,
  dumpedBytes,
  basedForms,
  packedForms,
  archives,
  pieces,
  tokenIds,
  serialised,
  media,
  wire,
  stores,
  redisFiles,
  postgresFiles,
  mariadbFiles,
]
