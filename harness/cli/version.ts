import { readFileSync } from 'node:fs'

/** Lethe's version: the package's, from the sources and from the built package alike. */
export function version(): string {
  for (const up of ['../../package.json', '../../../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8'))
      if (name === 'lethe') return version
    } catch {
      // The sources lie one folder nearer to package.json than the built files.
    }
  }
  return 'unknown'
}
