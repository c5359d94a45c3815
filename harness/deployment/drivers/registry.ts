import type { Config } from '../config.ts'
import type { Driver } from '../driver.ts'
import type { Launch } from '../launch.ts'
import type { Stdio } from '../stdio.ts'
import { externalDriver } from './external.ts'
import { ProcessDriver } from './process.ts'

/** The driver for a declared deployment. */
export function createDriver(
  declared: Config['deployment'],
  stdio: Stdio,
  launch: Launch,
  signal: AbortSignal,
): Driver {
  switch (declared.driver) {
    case 'external':
      return externalDriver(declared, signal)
    case 'process':
      return new ProcessDriver(declared, stdio, launch, signal)
  }
}
