import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { AssayError } from '../base/errors';
import { coloursFor } from './door';
import { printJsonError } from './json';
import { printNote } from './text';

export { coloursFor };

const EXIT_FOUND_WANTING = 1;
const EXIT_BAD_INPUT = 2;
export const EXIT_BUG = 3;

/** 128 + the number of the signal, as shells report it. SIGPIPE: the reader of our output went away. */
export const EXIT_STOPPED = { SIGINT: 130, SIGPIPE: 141, SIGTERM: 143 } as const;
export type StopSignal = keyof typeof EXIT_STOPPED;

/** What stops a task: a signal, or the error of our own output. */
export type StopReason = StopSignal | Error;

/** Stopped from outside, in good order; the message says what was saved. */
export class Stopped extends Error {
  constructor(
    readonly reason: StopReason,
    message: string,
  ) {
    super(message);
  }
}

/** Judged and found wanting; what is wrong has been printed. */
export class FoundWanting extends Error {}

/** Says on stderr what went wrong, and gives the exit code for it. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode; // help or version, which have been printed
  if (error instanceof FoundWanting) return EXIT_FOUND_WANTING;
  if (error instanceof Stopped) {
    printNote(error.message);
    return exitCodeOfStop(error.reason);
  }
  if (error instanceof AssayError) {
    const text = `${coloursFor(process.stderr).red('error:')} ${error.message}`;
    printNote(text);
    // Of the arguments themselves, which may be what is wrong.
    if (process.argv.includes('--json')) printJsonError(error);
    return EXIT_BAD_INPUT;
  }
  console.error(
    `${coloursFor(process.stderr).red('a bug in assay:')} ${error instanceof Error ? error.stack : String(error)}`,
  );
  return EXIT_BUG;
}

/** Says what our output failed with, if it did. */
export function exitCodeOfStop(reason: StopReason): number {
  return typeof reason === 'string' ? EXIT_STOPPED[reason] : exitCodeOf(reason);
}

const INVALID_CHOICE =
  /^(?:option '(?<option>.*?)(?: <.*?>)?' argument|command-argument value) (?<got>'.*') is invalid(?: for argument '(?<argument>.*)')?\. Allowed choices are (?<expected>.*)\.$/;

/** What commander found wrong with the arguments, in the words of an {@link AssayError}; help and version pass. */
export function throwUsageError(error: CommanderError, command: CommandUnknownOpts): never {
  if (error.exitCode === 0) throw error;
  const where = fullName(command);
  const hint = `${where} --help`;
  if (error.code === 'commander.help' && command.args.length === 0) {
    command.outputHelp(); // a command alone that has subcommands
    throw new CommanderError(0, error.code, error.message);
  }
  if (error.code === 'commander.help')
    throw new AssayError('usage', { what: 'no such command', where, hint });
  const [what, suggestion] = error.message.replace(/^error: /, '').split('\n');
  const { option, got, argument, expected } = INVALID_CHOICE.exec(what)?.groups ?? {};
  if (got !== undefined) {
    const name = option ?? argument;
    throw new AssayError('usage', { what: `${name} has no valid value`, where, expected, got, hint });
  }
  throw new AssayError('usage', { what, where, hint: suggestion?.replace(/^\(D(.*)\)$/, 'd$1') ?? hint });
}

/** `assay data list` */
function fullName(command: CommandUnknownOpts): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}
