import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { fileError, isMissing } from '../base/files';
import { commandOf, type TrainerRun } from './command';

/** What a trainer printed, in the folder of its run. */
export const OUTPUT = 'output.log';

/** How a run came out; one that failed is no run. */
export type TrainerOutcome =
  | { readonly run: TrainerRun; readonly status: 'trained' | 'there already' }
  | { readonly run: TrainerRun; readonly status: 'failed'; readonly why: string; readonly output: string };

export interface TrainerOptions {
  /** Of the study. */
  readonly template: string;
  /** The folder of the folders of runs. */
  readonly out: string;
  /** In seconds; left out, there is no limit. */
  readonly timeLimit?: number;
  /** Ends all that is running. */
  readonly signal?: AbortSignal;
}

/**
 * Trains one run by the study's command, and keeps all that it prints. Its folder has its name once it is done: a run that was killed, or
 * failed, leaves `<name>.unfinished` or `<name>.failed`, and is made again.
 *
 * @throws AssayError `file-unwritable`, `study-invalid`
 */
export async function trainRun(run: TrainerRun, options: TrainerOptions): Promise<TrainerOutcome> {
  const { template, out, timeLimit, signal } = options;
  const folder = join(out, run.name);
  if (await isThere(folder)) return { run, status: 'there already' };
  const unfinished = `${folder}.unfinished`;
  const failed = `${folder}.failed`;
  try {
    await rm(unfinished, { recursive: true, force: true });
    await rm(failed, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true });
    const words = commandOf(template, { ...run, out: unfinished });
    const why = await execute(words, join(unfinished, OUTPUT), { timeLimit, signal });
    if (signal?.aborted) return { run, status: 'failed', why: 'stopped', output: join(unfinished, OUTPUT) };
    await rename(unfinished, why === undefined ? folder : failed);
    return why === undefined
      ? { run, status: 'trained' }
      : { run, status: 'failed', why, output: join(failed, OUTPUT) };
  } catch (cause) {
    throw fileError('file-unwritable', folder, cause);
  }
}

/** @returns why it failed; undefined when it did not */
async function execute(
  [program, ...args]: readonly string[],
  output: string,
  { timeLimit, signal }: Pick<TrainerOptions, 'timeLimit' | 'signal'>,
): Promise<string | undefined> {
  const file = createWriteStream(output);
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  for (const stream of [child.stdout, child.stderr]) stream.pipe(file, { end: false });
  let isLate = false;
  // The whole group, as a trainer may have started others.
  const kill = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      child.kill('SIGKILL'); // it has no group, or is gone
    }
  };
  const timer =
    timeLimit === undefined
      ? undefined
      : setTimeout(() => {
          isLate = true;
          kill();
        }, 1000 * timeLimit);
  signal?.addEventListener('abort', kill, { once: true });
  const why = await new Promise<string | undefined>((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('close', (code, endedBy) => {
      if (isLate) resolve(`it took longer than ${timeLimit} s`);
      else if (endedBy !== null) resolve(`it was ended by ${endedBy}`);
      else resolve(code === 0 ? undefined : `it ended with ${code}`);
    });
  });
  clearTimeout(timer);
  signal?.removeEventListener('abort', kill);
  file.end();
  await finished(file);
  return why;
}

async function isThere(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).isDirectory();
  } catch (cause) {
    if (isMissing(cause)) return false;
    throw cause;
  }
}
