import type { Fault } from './fault.ts'

const KIB = 1024
const MIB = KIB * KIB

/**
 * A request with more than `bytes` bytes in one of its texts, such as `body-64MiB`: proxies and parsers of forms put
 * bodies above a size into files. Whoever refuses it (413) has done well.
 */
export function largeBody(bytes: number): Fault {
  return { id: `body-${sizeOf(bytes)}`, needs: null, isLong: true, apply: request => ({ request, padding: bytes }) }
}

function sizeOf(bytes: number): string {
  if (bytes % MIB === 0) return `${bytes / MIB}MiB`
  return bytes % KIB === 0 ? `${bytes / KIB}KiB` : `${bytes}B`
}
