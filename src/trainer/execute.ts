import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { fileError } from '../base/files';

export interface ExecuteOptions {
  /** In seconds; left out, there is no limit. */
  readonly timeLimit?: number;
  /** Ends it; one that is aborted already keeps it from being started. */
  readonly signal?: AbortSignal;
  /** Told the process as soon as it is there. */
  readonly onStart?: (pid: number) => void;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** For what is still in the pipes of a program that has ended, in milliseconds: another one that it started may hold them for ever. */
const GRACE = 2000;

/**
 * Runs a program, and keeps all that it prints in a file.
 *
 * @returns why it failed; undefined when it did not
 * @throws AssayError `file-unwritable` for what it prints; it has been ended then
 */
export async function execute(
  words: readonly string[],
  output: string,
  options: ExecuteOptions,
): Promise<string | undefined> {
  const file = createWriteStream(output);
  try {
    await once(file, 'open');
    let failure: Error | undefined;
    const why = await ended(words, options, (child) => {
      const fail = (error: Error): void => {
        failure ??= error;
        killGroup(child);
      };
      file.on('error', fail);
      for (const stream of [child.stdout, child.stderr]) stream.pipe(file, { end: false });
      try {
        if (child.pid !== undefined) options.onStart?.(child.pid);
      } catch (error) {
        fail(error as Error);
      }
    });
    if (failure !== undefined) throw failure;
    file.end();
    await finished(file);
    return why;
  } catch (cause) {
    file.destroy();
    throw fileError('file-unwritable', output, cause);
  }
}

async function ended(
  [program, ...args]: readonly string[],
  { timeLimit, signal }: ExecuteOptions,
  use: (child: Child) => void,
): Promise<string | undefined> {
  if (signal?.aborted) return 'stopped'; // a stop that was before it would never be told
  let child: Child;
  try {
    const isDetached = process.platform !== 'win32'; // a group of its own
    child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: isDetached });
  } catch (error) {
    return (error as Error).message; // such as more words than the system takes
  }
  const kill = (): void => killGroup(child);
  let isLate = false;
  const late = (): void => {
    isLate = true;
    kill();
  };
  const limit = timeLimit === undefined ? undefined : setTimeout(late, 1000 * timeLimit);
  let grace: NodeJS.Timeout | undefined;
  signal?.addEventListener('abort', kill, { once: true });
  const end = new Promise<string | undefined>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ENOENT' ? `there is no program ${program}` : error.message),
    );
    child.once('exit', () => {
      clearTimeout(limit);
      grace = setTimeout(() => {
        kill();
        for (const stream of [child.stdout, child.stderr]) stream.destroy();
      }, GRACE);
    });
    child.once('close', (code, endedBy) => {
      if (isLate) resolve(`it took longer than ${timeLimit} s`);
      else if (endedBy !== null) resolve(`it was ended by ${endedBy}`);
      else resolve(code === 0 ? undefined : `it ended with ${code}`);
    });
  });
  use(child);
  const why = await end;
  clearTimeout(limit);
  clearTimeout(grace);
  signal?.removeEventListener('abort', kill);
  return why;
}

/** A program and those of its group, as a trainer may have started others. */
function killGroup(child: Child): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL'); // it has no group, or is gone
  }
}
