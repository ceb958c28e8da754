import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { addAlternativesCommand } from './commands/alternatives';
import { addAuditCommand } from './commands/audit';
import { addBandsCommand } from './commands/bands';
import { addInitCommand } from './commands/init';
import { addCheckCommand } from './commands/check';
import { addCompareCommand } from './commands/compare';
import { addDataCommand } from './commands/data';
import { addEvalCommand } from './commands/eval';
import { addEquivalenceCommand } from './commands/equivalence';
import { addFindSeedCommand } from './commands/findSeed';
import { addGoldenCommand } from './commands/golden';
import { addPowerCommand } from './commands/power';
import { addReproduceCommand } from './commands/reproduce';
import { addRunCommand } from './commands/run';
import { addSweepCommand } from './commands/sweep';
import { addVerifyCommand } from './commands/verify';
import { addWorkerCommand } from './commands/worker';
import { packageVersion } from '../base/version';
import { throwUsageError } from './failure';

/** The command line: `assay <command>`. What a command needs is loaded when it runs, so that `--help` is quick. */
export function createProgram(): Command {
  const program = new Command('assay')
    .description(
      'Re-runs a published training experiment from its specification, bit for bit, and judges what was reported about it.',
    )
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .addHelpText(
      'after',
      `
Exit codes:
  0    done, and what was judged holds
  1    judged and found wanting
  2    bad input or usage
  3    a bug in assay
  130  stopped by Ctrl-C (143 by a termination signal, 141 because its output was no longer read)

Example:
  $ npx assay reproduce`,
    );
  addRunCommand(program);
  addEvalCommand(program);
  addReproduceCommand(program);
  addCheckCommand(program);
  addCompareCommand(program);
  addVerifyCommand(program);
  addGoldenCommand(program);
  addAuditCommand(program);
  addAlternativesCommand(program);
  addFindSeedCommand(program);
  addSweepCommand(program);
  addWorkerCommand(program);
  addBandsCommand(program);
  addPowerCommand(program);
  addInitCommand(program);
  addEquivalenceCommand(program);
  addDataCommand(program);
  addHelpCommand(program);
  for (const command of withSubcommands(program)) {
    // Every failure leaves through one door, `exitCodeOf`, in one style.
    command
      .exitOverride((error) => throwUsageError(error, command))
      .configureOutput({ outputError: () => undefined, writeErr: () => undefined });
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
