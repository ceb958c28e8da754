import { fileError } from '../base/files';
import { exitCodeOfStop, type StopReason } from './failure';

let task: AbortController | undefined;

/**
 * Runs a task that can be stopped in good order: Ctrl-C, a termination signal, a reader of our output that went away or an output that
 * fails abort its signal, whose `reason` is then a {@link StopReason}. Outside of tasks, and at the second Ctrl-C, they end the process at
 * once.
 */
export async function stoppable<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { signal } = (task = new AbortController());
  try {
    const result = await run(signal);
    if (signal.reason instanceof Error) throw signal.reason; // what was printed at the end has not arrived
    return result;
  } finally {
    task = undefined;
  }
}

/** Takes over signals and broken output for the whole process; called once. */
export function listenForStops(): void {
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    const isUnread = error.code === 'EPIPE';
    stop(isUnread ? 'SIGPIPE' : (fileError('file-unwritable', 'standard output', error) as Error));
  });
}

function stop(reason: StopReason): void {
  if (task === undefined) process.exit(exitCodeOfStop(reason));
  if (!task.signal.aborted) return task.abort(reason);
  // Every further line that the task prints before it stops fails again; only a person insists.
  if (reason === 'SIGINT' || reason === 'SIGTERM') process.exit(exitCodeOfStop(reason));
}
