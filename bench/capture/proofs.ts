import { RunKey } from '../../harness/canary/key.ts'
import { Mint } from '../../harness/canary/mint.ts'
import { Launch } from '../../harness/deployment/launch.ts'
import type { Ground } from './grounds/ground.ts'
import type { Pattern } from './patterns/pattern.ts'
import { type Answer, PlayedDeployment } from './played-deployment.ts'

/**
 * Plays each pattern once on a ground, and reads its text back while it is there, by another way than the one that wrote it.
 * @returns what came of each, by its name
 */
export async function proofsOn(
  { folder }: Pick<Ground, 'folder'>,
  patterns: readonly Pattern[],
): Promise<Map<string, Answer>> {
  await using deployment = new PlayedDeployment({ folder, hold: 'prove', patterns, launch: new Launch() })
  const mint = new Mint(RunKey.create())
  const proofs = new Map<string, Answer>()
  await deployment.start()
  for (const { name } of patterns) {
    const canary = mint.mint({ role: 'payload', data: null, exchange: null, field: null, position: 'whole' })
    proofs.set(name, await deployment.play(canary))
  }
  return proofs
}
