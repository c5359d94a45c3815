import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { EXIT, type ExitCode, LetheError } from '../model/error.ts'
import { printError } from './output.ts'
import { policyOptions } from './policy.ts'
import { version } from './version.ts'

/** Runs the command that the arguments name. Never throws: every error becomes a message and an exit code. */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = EXIT.pass
  const program = commands(result => {
    code = result
  })
  try {
    await program.parseAsync(argv, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.pass : EXIT.usage
    printError(error)
    return error instanceof LetheError ? error.exitCode : EXIT.harness
  }
}

/** Each command's code is loaded when it is asked for: `lethe --help` need not wait for drivers and parsers. */
function commands(done: (code: ExitCode) => void): Command {
  const program = new Command('lethe')
    .description('Tells whether an inference deployment forgets what it promised to forget.')
    .version(version())
    .exitOverride()
    .showHelpAfterError('(lethe --help shows the commands)')
    .addHelpText('after', `\n${EXIT_HELP}`)
  const command = (usage: string, description: string) => program.command(usage).description(description)

  const run = command('run', 'drive the deployment, look into its sinks, judge, report')
    .addOption(new Option('--config <file>', 'configuration (default: lethe.config.* here)').env('LETHE_CONFIG'))
    .addOption(new Option('--profile <name or file>', 'promises to judge by').env('LETHE_PROFILE'))
    .addOption(new Option('--out <dir>', 'the run folder to make').env('LETHE_OUT'))
    .action(async flags => done(await (await import('./run.ts')).runCommand(flags)))
  const judge = command('judge <run>', 'judge a recorded run again; needs no deployment')
    .option('--profile <name or file>', 'promises to judge by, in place of the run’s own')
    .action(async (folder, flags) => done(await (await import('./judge.ts')).judgeRun(folder, flags)))
  const report = command('report <run>', 'render a recorded run')
    .requiredOption('--format <formats>', 'json, junit, html, terminal; several with commas')
    .option('--profile <name or file>', 'promises to judge by, in place of the run’s own')
    .option('--out <dir>', 'where to write (default: into the run)')
    .action(async (folder, flags) => done(await (await import('./report.ts')).reportCommand(folder, flags)))
  for (const judging of [run, judge, report]) for (const option of policyOptions()) judging.addOption(option)

  command('canary', 'mint canaries to plant by hand, one a line')
    .requiredOption('--run <run>', 'the run that they belong to; made when it is not there')
    .option('-n <count>', 'how many', wholeNumber, 1)
    .option('--key <file>', 'the run’s key, when it does not lie beside it')
    .action(async flags => done(await (await import('./canary.ts')).canaryCommand(flags)))
  command('scan <path...>', 'look for a run’s canaries in files, folders, devices or - (standard input)')
    .requiredOption('--run <run>', 'the run whose canaries are looked for')
    .option('--json', 'one JSON sighting a line, then a coverage line')
    .option('--deep', 'also stacks of three encodings')
    .option('--workers <count>', 'threads that scan (default: one a core)', wholeNumber)
    .option('--key <file>', 'the run’s key, when it does not lie beside it')
    .action(async (paths, flags) => done(await (await import('./scan.ts')).scanCommand(paths, flags)))
  command('doctor', 'say which channels can be seen from here, and the mend for each that cannot')
    .option('--json', 'machine-readable')
    .action(async flags => done(await (await import('./doctor.ts')).doctorCommand(flags)))
  command('selftest [name...]', 'run deployments that leak on purpose, and their mended twins')
    .option('--json', 'machine-readable scorecard')
    .action(async (names, flags) => done(await (await import('./selftest.ts')).selftestCommand(names, flags)))
  command('init', 'write a lethe.config.ts to begin with').action(async () =>
    done(await (await import('./init.ts')).initCommand()),
  )
  return program
}

const EXIT_HELP = `Exit codes: 0 pass · 1 a promise is violated (scan: found) · 2 usage or configuration
            3 inconclusive (scan: incomplete) · 4 the harness failed · 130 interrupted`

function wholeNumber(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= 1_000_000) return value
  throw new InvalidArgumentError('Write a whole number from 1 to 1000000.')
}
