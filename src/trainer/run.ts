import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError, isMissing } from '../base/files';
import { commandOf, type TrainerRun } from './command';
import { execute } from './execute';
import { noteTrainer, PID } from './orphans';

/** What a trainer printed, in the folder of its run. */
export const OUTPUT = 'output.log';

/** Where runs are until they are done, and those that failed: in folders that `runs/<all>/output.log` does not find. */
export const UNFINISHED = '.unfinished';
const FAILED = '.failed';

/** How a run came out; one that failed is no run. */
export type TrainerOutcome =
  | { readonly run: TrainerRun; readonly status: 'trained' | 'there already' }
  | {
      readonly run: TrainerRun;
      readonly status: 'failed';
      readonly why: string;
      /** The file with what it printed. */
      readonly output: string;
      /** What it printed last; left out where it printed nothing. */
      readonly lastLine?: string;
    };

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
 * Trains one run by the study's command, and keeps all that it prints. Its folder has its name once it is done; until then each attempt has
 * one of its own, as the trainer of an attempt before may still be running. A run that failed is made again.
 *
 * @throws AssayError `file-unwritable`, `study-invalid`
 */
export async function trainRun(run: TrainerRun, options: TrainerOptions): Promise<TrainerOutcome> {
  const { template, out, timeLimit, signal } = options;
  const folder = join(out, run.name);
  const unfinished = join(out, UNFINISHED, `${run.name}-${randomBytes(4).toString('hex')}`);
  const failed = join(out, FAILED, run.name);
  try {
    if (await isThere(folder)) return { run, status: 'there already' };
    await rm(failed, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true });
    const words = commandOf(template, { ...run, out: unfinished });
    const note = `${unfinished}${PID}`;
    const onStart = (pid: number): void => noteTrainer(note, pid);
    const why = await execute(words, join(unfinished, OUTPUT), { timeLimit, signal, onStart });
    await rm(note, { force: true });
    if (why === undefined) {
      await rename(unfinished, folder);
      return { run, status: 'trained' };
    }
    if (signal?.aborted) return await failure(run, 'stopped', unfinished);
    await mkdir(join(out, FAILED), { recursive: true });
    await rename(unfinished, failed);
    return await failure(run, why, failed);
  } catch (cause) {
    throw fileError('file-unwritable', folder, cause);
  }
}

async function failure(run: TrainerRun, why: string, folder: string): Promise<TrainerOutcome> {
  const output = join(folder, OUTPUT);
  const lastLine = await lastLineOf(output);
  return { run, status: 'failed', why, output, ...(lastLine !== undefined && { lastLine }) };
}

const MOST_SHOWN = 200;

async function lastLineOf(path: string): Promise<string | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.min(size, 1 << 13));
    await file.read(bytes, 0, bytes.length, size - bytes.length);
    const lines = bytes.toString('utf8').split(/[\r\n]+/);
    return lines
      .findLast((line) => line.trim() !== '')
      ?.trim()
      .slice(0, MOST_SHOWN);
  } finally {
    await file.close();
  }
}

async function isThere(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).isDirectory();
  } catch (cause) {
    if (isMissing(cause)) return false;
    throw cause;
  }
}
