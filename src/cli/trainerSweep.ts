import { rmdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { AssayError } from '../base/errors';
import { plural } from '../base/words';
import type { Study } from '../study/types';
import { fileError } from '../base/files';
import { commandOf, trainerRuns } from '../trainer/command';
import { clearUnfinished } from '../trainer/orphans';
import { OUTPUT, trainRun, UNFINISHED, type TrainerOutcome } from '../trainer/run';
import { FoundWanting, Stopped, type StopReason } from './failure';
import { withFolder } from './outFolder';
import { Progress } from './progress';
import { stoppable } from './stop';
import { printNote, printText } from './text';

/** What `assay sweep` does for a study whose runs another trainer makes. */
export interface TrainerSweep {
  readonly study: Study;
  readonly seeds: readonly number[];
  /** The folder of the folders of runs. */
  readonly out: string;
  /** Runs at a time. */
  readonly workers: number;
  /** Of one run, in seconds. */
  readonly timeLimit?: number;
}

/**
 * Trains each setting with each seed by the study's command. What is there already is not made again, so that the same command continues.
 *
 * @throws Stopped after a stop from outside; FoundWanting when a run failed; AssayError `usage`, `study-invalid`, `folder-busy`,
 *   `file-unwritable`
 */
export async function sweepByTrainer({ study, seeds, out, workers, timeLimit }: TrainerSweep): Promise<void> {
  const { trainer: template } = study;
  if (template === undefined) {
    throw new AssayError('usage', {
      what: `the study ${study.name} has neither an experiment nor a trainer`,
      where: 'assay sweep',
      expected: 'experiment.json, or in its study.json "trainer": "python train.py --seed {seed}"',
    });
  }
  const waiting = trainerRuns(study, seeds);
  for (const run of waiting) commandOf(template, { ...run, out }); // what is wrong is said before the first
  const total = waiting.length;
  const outcomes: TrainerOutcome[] = [];
  const progress = await Progress.create();
  const show = (): void => progress.show({ phase: 'runs', done: outcomes.length, total });
  await withFolder(out, async () => {
    const unfinished = join(out, UNFINISHED);
    await clearUnfinished(unfinished).catch((cause: unknown) => {
      throw fileError('file-unwritable', unfinished, cause);
    });
    show();
    await stoppable(async (stop) => {
      const broken = new AbortController();
      const signal = AbortSignal.any([stop, broken.signal]);
      const work = async (): Promise<void> => {
        for (let run = waiting.shift(); run !== undefined && !signal.aborted; run = waiting.shift()) {
          outcomes.push(await trainRun(run, { template, out, timeLimit, signal }));
          show();
        }
      };
      // Where one cannot go on, none goes on, and the folder is kept until all have ended.
      const working = Array.from({ length: Math.min(workers, total) }, () =>
        work().catch((error: unknown) => broken.abort(error)),
      );
      await Promise.all(working);
      if (stop.aborted) {
        const missing = total - outcomes.filter(({ status }) => status !== 'failed').length;
        const what = `stopped: ${missing} of ${total} runs are missing; the same command continues`;
        throw new Stopped(stop.reason as StopReason, what);
      }
      if (broken.signal.aborted) throw broken.signal.reason;
    }).finally(() => progress.stop());
    await rmdir(unfinished).catch(() => undefined); // none was made
  });
  const failed = outcomes.flatMap((outcome) => (outcome.status === 'failed' ? [outcome] : []));
  const trained = outcomes.filter(({ status }) => status === 'trained').length;
  const there = total - trained - failed.length;
  printText(() => `${plural(trained, 'run')} trained, ${there} were there already; all are in ${out}\n`);
  for (const { run, why, output, lastLine } of failed) {
    const said =
      lastLine === undefined ? 'it printed nothing' : `all that it printed is in ${relative('.', output)}`;
    printText(() => `failed: ${run.name}: ${why}; ${said}\n`);
    if (lastLine !== undefined) printText(() => `  it printed last: ${lastLine}\n`);
  }
  if (failed.length > 0) throw new FoundWanting();
  printNote(`their bands: npx assay bands ${join(out, '*', logNameOf(study))}`);
}

/** The log in the folder of a run: what the pattern of paths ends with, or what the trainer printed. */
function logNameOf({ logs: { path } }: Study): string {
  const name = path?.split('/').at(-1) ?? '';
  return name === '' || name.includes('{') ? OUTPUT : name;
}
