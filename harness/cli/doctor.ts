import { EXIT, type ExitCode } from '../model/error.ts'
import { type Channel, channels } from '../sinks/channels.ts'
import { print } from './output.ts'

/** `lethe doctor`: which channels can be seen from here, and the mend for each that cannot. */
export async function doctorCommand(flags: { readonly json?: boolean }): Promise<ExitCode> {
  const found = await channels()
  print(flags.json === true ? `${JSON.stringify({ channels: found })}\n` : `${found.map(line).join('\n')}\n`)
  return EXIT.pass
}

function line({ id, tier, available, reason, mend }: Channel): string {
  const head = `${available ? 'yes' : 'no '}  ${id.padEnd(18)} ${tier}`
  return available ? head : `${head}  ${reason}\n${' '.repeat(27)}→ ${mend}`
}
