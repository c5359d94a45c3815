import type { SinkContext } from '../../sink.ts'
import type { Refusal, WriteChannel } from './channel.ts'
import type { Launch } from './control-file.ts'
import type { WrittenScan } from './written-scan.ts'
export async function openStrace(_: {
  context: SinkContext
  scan: WrittenScan
  launch: Launch | null
}): Promise<WriteChannel | Refusal> {
  return { reason: 'x', mend: 'y' }
}
