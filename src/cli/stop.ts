import { fileError } from '../files';
import { EXIT_STOPPED, exitCodeOf, type StopSignal } from './failure';

let task: AbortController | undefined;

/**
 * Runs a task that can be stopped in good order: Ctrl-C, a termination signal or a reader of our output that went away
 * abort its signal, whose `reason` is then a {@link StopSignal}. Outside of tasks, and at the second Ctrl-C, they end the
 * process at once.
 */
export async function stoppable<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  task = new AbortController();
  try {
    return await run(task.signal);
  } finally {
    task = undefined;
  }
}

/** Takes over signals and broken pipes for the whole process; called once. */
export function listenForStops(): void {
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') stop('SIGPIPE');
    else process.exit(exitCodeOf(fileError('file-unwritable', 'standard output', error)));
  });
}

function stop(signal: StopSignal): void {
  if (task === undefined) process.exit(EXIT_STOPPED[signal]);
  if (!task.signal.aborted) return task.abort(signal);
  // Every further line that the task prints before it stops finds the pipe broken again; only a person insists.
  if (signal !== 'SIGPIPE') process.exit(EXIT_STOPPED[signal]);
}
