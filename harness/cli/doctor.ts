import { installedVocabularies, type Vocabularies } from '../canary/tokens/load.ts'
import { EXIT, type ExitCode } from '../model/error.ts'
import { type Channel, channels } from '../sinks/channels.ts'
import { print } from './output.ts'

/** `lethe doctor`: which channels can be seen from here, which token ids can be looked for, and the mend for the rest. */
export async function doctorCommand(flags: { readonly json?: boolean }): Promise<ExitCode> {
  const found = await channels()
  const tokens = tokenLines(await installedVocabularies())
  print(
    flags.json === true
      ? `${JSON.stringify({ channels: found, tokenizers: tokens })}\n`
      : `${[...found, ...tokens].map(line).join('\n')}\n`,
  )
  return EXIT.pass
}

/** One line a tokenizer: its ids are looked for wherever a sink is scanned. */
function tokenLines({ present, absent }: Vocabularies): Channel[] {
  const tier = 'T0'
  return [
    ...present.map(({ name }) => ({ id: `tokens.${name}`, available: true, tier, reason: null, mend: null }) as const),
    ...absent.map(({ name, package: wanted, reason }) => {
      const mend = `npm install ${wanted}`
      return {
        id: `tokens.${name}`,
        available: false,
        tier,
        reason: `token ids are not looked for: ${reason}`,
        mend,
      } as const
    }),
  ]
}

function line({ id, tier, available, reason, mend }: Channel): string {
  const head = `${available ? 'yes' : 'no '}  ${id.padEnd(18)} ${tier}`
  return available ? head : `${head}  ${reason}\n${' '.repeat(27)}→ ${mend}`
}
