import { z } from 'zod'

/** Kinds of places where data may rest or leave. A sink has exactly one; its id is `<medium>:<name>`. */
export const Medium = z.enum(['disk', 'log', 'database', 'memory', 'network', 'api', 'store'])
export type Medium = z.infer<typeof Medium>

/** With which rights a sink looks: T0 unprivileged, T1 root or CI, T2 helper container, T3 remote only. */
export const Tier = z.enum(['T0', 'T1', 'T2', 'T3'])
export type Tier = z.infer<typeof Tier>
