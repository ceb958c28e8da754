import { guard } from './door';
import { EXIT_BUG, exitCodeOf } from './failure';
import { createProgram } from './program';
import { listenForStops } from './stop';

/** The process of the command line. Whatever happens, it ends with an exit code of our own choosing. */
async function main(): Promise<void> {
  guard(process.stdout);
  guard(process.stderr);
  // Node would end with 1, "judged and found wanting", after an error that escapes every promise …
  process.on('uncaughtException', (error) => process.exit(exitCodeOf(error)));
  // … and with 0 when a command waits for something that can no longer happen.
  process.exitCode = EXIT_BUG;
  listenForStops();
  try {
    await createProgram().parseAsync();
    process.exitCode = 0;
  } catch (error) {
    process.exitCode = exitCodeOf(error);
  }
}

void main();
