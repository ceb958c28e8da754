import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { addAlternativesCommand } from './commands/alternatives';
import { addAuditCommand } from './commands/audit';
import { addBandsCommand } from './commands/bands';
import { addInitCommand } from './commands/init';
import { addCheckCommand } from './commands/check';
import { addCompareCommand } from './commands/compare';
import { addCompletionCommand } from './commands/completion';
import { addDataCommand } from './commands/data';
import { addEvalCommand } from './commands/eval';
import { addEquivalenceCommand } from './commands/equivalence';
import { addFindSeedCommand } from './commands/findSeed';
import { addGoldenCommand } from './commands/golden';
import { addPowerCommand } from './commands/power';
import { addReproduceCommand } from './commands/reproduce';
import { addRunCommand } from './commands/run';
import { addServeCommand } from './commands/serve';
import { addSweepCommand } from './commands/sweep';
import { addVerifyCommand } from './commands/verify';
import { addWorkerCommand } from './commands/worker';
import { packageVersion } from '../base/version';
import { throwUsageError } from './failure';
import { columnsOf, DEFAULT_COLUMNS, wrappedHelp } from './text';

/** The command line: `assay <command>`. What a command needs is loaded when it runs, so that `--help` is quick. */
export function createProgram(): Command {
  const program = new Command('assay')
    .description(
      'Judges training runs: says whether a run is like your others, and audits what was reported about published ones, which it trains ' +
        'again, bit for bit.',
    )
    .usage('COMMAND [options]')
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .addHelpText(
      'after',
      `
Exit codes:
  0    done, and what was judged holds
  1    judged and found wanting, or not judged
  2    bad input or usage
  3    a bug in assay
  130  stopped by Ctrl-C (143: by a termination signal)
  141  its output was no longer read

Examples:
  $ npx assay audit --summary
  $ npx assay check train.log
  $ npx assay help check`,
    );
  program.commandsGroup('Runs of any trainer:');
  addInitCommand(program);
  addBandsCommand(program);
  addCheckCommand(program);
  addPowerCommand(program);
  addCompareCommand(program);
  addEquivalenceCommand(program);
  program.commandsGroup('A report:');
  addAuditCommand(program);
  addAlternativesCommand(program);
  addFindSeedCommand(program);
  program.commandsGroup('Training, bit for bit:');
  addReproduceCommand(program);
  addRunCommand(program);
  addEvalCommand(program);
  addVerifyCommand(program);
  addGoldenCommand(program);
  addSweepCommand(program);
  addWorkerCommand(program);
  program.commandsGroup('More:');
  addServeCommand(program);
  addDataCommand(program);
  addCompletionCommand(program);
  addHelpCommand(program);
  for (const command of withSubcommands(program)) {
    // Every failure leaves through one door, `exitCodeOf`, in one style.
    command
      .exitOverride((error) => throwUsageError(error, command))
      .configureOutput({
        outputError: () => undefined,
        writeErr: () => undefined,
        getOutHelpWidth: () => columnsOf(process.stdout) ?? DEFAULT_COLUMNS,
        writeOut: (text) => process.stdout.write(wrappedHelp(text, process.stdout)),
      });
  }
  return program;
}

/** In the place of commander's own, which knows no subcommands, and shows all of the help for a word that is none. */
function addHelpCommand(program: Command): void {
  for (const command of withSubcommands(program)) command.helpCommand(false);
  program
    .command('help')
    .description('show the help of a command')
    .argument('[command...]', 'such as run, or golden verify')
    .addHelpText('after', '\nExample:\n  $ npx assay help golden verify')
    .action(async (names) => {
      let command: CommandUnknownOpts = program;
      for (const [i, name] of names.entries()) {
        const next = command.commands.find((subcommand) => subcommand.name() === name);
        if (next !== undefined) command = next;
        // Only said to be none where there are others, so that no command is run.
        else if (command.commands.length > 0)
          await program.parseAsync(names.slice(0, i + 1), { from: 'user' });
        else break;
      }
      command.outputHelp();
    });
}

function withSubcommands(command: CommandUnknownOpts): CommandUnknownOpts[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
