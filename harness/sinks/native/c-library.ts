import { createRequire } from 'node:module'
import type { LibraryHandle } from 'koffi'

type Koffi = typeof import('koffi')

/** The C library that this process runs on, and what calls it. */
export interface CLibrary {
  readonly functions: LibraryHandle
  readonly koffi: Koffi
}

let loaded: CLibrary | null | undefined

/** Loaded when it is first needed; null where this platform has none that Lethe can call. */
export function cLibrary(): CLibrary | null {
  if (loaded === undefined) loaded = process.platform === 'linux' ? load() : null
  return loaded
}

function load(): CLibrary | null {
  try {
    const koffi = createRequire(import.meta.url)('koffi') as Koffi
    return { functions: koffi.load(null), koffi }
  } catch {
    return null
  }
}
