import type { ConfigInput } from './config.ts'

/** Types for a `lethe.config.ts`: `export default defineConfig({ … })`. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config
}

export type { RunningService, Service, UpstreamReply } from '../model/service.ts'
export type { ConfigInput } from './config.ts'
