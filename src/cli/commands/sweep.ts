import { unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import type { DataSet } from '../../data/dataset';
import { AssayError } from '../../base/errors';
import { makeFolder, readTextOrFail, writeFileAtomic } from '../../base/files';
import type { Job } from '../../jobs/job';
import type { TrainJob } from '../../jobs/kinds/train';
import type { EncodedEnsembleRun, Ensemble } from '../../run/ensemble';
import { DEFAULT_RNG } from '../../experiment/rng';
import type { Experiment } from '../../experiment/types';
import { checkWhere, doJobs, queueOption, verifyShareOption, workersOption, type Where } from '../manyJobs';
import { count, learningRates, seeds } from '../numbers';
import { openStudy, studyOption } from '../study';
import { printText } from '../text';
import { dataOption, loadDataFor } from '../training';

/** `assay sweep`: many seeds, for an ensemble. */
export function addSweepCommand(program: Command): void {
  program
    .command('sweep')
    .summary('train many seeds')
    .description(
      'train many seeds on all cores, by our engine or by the trainer that the study names; a sweep that was stopped or killed continues',
    )
    .requiredOption('--seeds <seeds>', 'such as 1..20', seeds)
    .option(
      '--lrs <numbers>',
      'learning rates, separated by commas (default: those of the experiment)',
      learningRates,
    )
    .addOption(studyOption)
    .addOption(dataOption)
    .option('--epochs <n>', 'epochs (default: as many as the experiment has)', count('--epochs'))
    .addOption(workersOption)
    .addOption(queueOption)
    .addOption(verifyShareOption)
    .option(
      '--time-limit <seconds>',
      'of one run, if the study has its own trainer (default: none)',
      count('--time-limit', MOST_SECONDS),
    )
    .option(
      '--out <folder>',
      'where the ensemble is (default: ensembles/<data> in the golden folder of the study; runs/ there if the study has its own trainer)',
    )
    .addHelpText('after', '\nExample:\n  $ npx assay sweep --study my-study --data synthetic --seeds 1..20')
    .action(async ({ workers, queue, verifyShare, ...options }) => {
      const where = { workers, queue, verifyShare };
      checkWhere(where);
      const { checkWritable, ensembleFolder, trainerFolder } = await import('../../study/store.js');
      const opened = await openStudy(options.study);
      if (opened.experiment === undefined) {
        checkForTrainer({ ...options, ...where });
        const { sweepByTrainer } = await import('../trainerSweep.js');
        const { seeds, timeLimit, out = trainerFolder(opened.study) } = options;
        return sweepByTrainer({ study: opened.study, seeds, out, workers, timeLimit });
      }
      const { study, experiment } = opened;
      if (options.timeLimit !== undefined) {
        throw new AssayError('usage', {
          what: '--time-limit is for a study with its own trainer',
          where: 'assay sweep',
          got: `the study ${study.name}, which has an experiment`,
        });
      }
      if (options.out === undefined) checkWritable(study, 'assay sweep', '--study or --out');
      const dataSet = await loadDataFor(experiment, options.data);
      const out = options.out ?? ensembleFolder(study, basename(dataSet.name));
      const { lrs = experiment.training.lrs, epochs = experiment.training.epochs } = options;
      const done = await sweep({ experiment, dataSet, out, lrs, epochs, seeds: options.seeds, where });
      printText(() => `${done}\n`);
    });
}

/** Timers take 2^31 milliseconds at most. */
const MOST_SECONDS = 2_000_000;

/** @throws AssayError `usage` for options that only our engines know: the trainer's own stand in its command. */
function checkForTrainer(given: {
  readonly lrs?: unknown;
  readonly epochs?: unknown;
  readonly data?: unknown;
  readonly queue?: unknown;
  readonly verifyShare?: unknown;
}): void {
  const { lrs, epochs, data, queue, verifyShare } = given;
  const options = {
    '--lrs': lrs,
    '--epochs': epochs,
    '--data': data,
    '--queue': queue,
    '--verify-share': verifyShare,
  };
  const names = Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (names.length === 0) return;
  throw new AssayError('usage', {
    what: `${names.join(', ')}: the study has its own trainer, which does not get them`,
    where: 'assay sweep',
    expected: 'conditions with values in study.json, and the rest in its "trainer"',
  });
}

export interface Sweep {
  readonly experiment: Experiment;
  readonly dataSet: DataSet;
  readonly out: string;
  readonly lrs: readonly number[];
  readonly seeds: readonly number[];
  readonly epochs: number;
  readonly where: Where;
}

/**
 * The runs that `runs.jsonl` lacks. Each goes into `journal.jsonl` when it is done, which becomes part of `runs.jsonl` at the end: so
 * a kill at any moment loses no finished run, and leads to the same file as none.
 *
 * @returns what was done, in words
 * @throws AssayError `ensemble-invalid` for an ensemble of other runs; `journal-busy`, `journal-invalid`; `job-invalid` for a journal that
 *   somebody has changed
 */
export async function sweep({ experiment, dataSet, out, lrs, seeds, epochs, where }: Sweep): Promise<string> {
  const { Journal } = await import('../../jobs/journal.js');
  await makeFolder(out);
  const facts = {
    experiment: { name: experiment.name, sha256: experiment.sha256 },
    data: { name: basename(dataSet.name), sha256: dataSet.sha256 },
    epochs,
  };
  const path = join(out, 'runs.jsonl');
  const journalPath = join(out, 'journal.jsonl');
  await readOrStart(path, facts); // refuses before anything else is made
  const journal = Journal.open(journalPath);
  try {
    const before = await readOrStart(path, facts); // again, as another sweep may have ended meanwhile
    const there = new Set(before.map(keyOf));
    const runs = seeds
      .flatMap((seed) => lrs.map((lr) => ({ lr, seed })))
      .filter((run) => !there.has(keyOf(run)));
    const jobs = await trainJobs(runs, { experiment, dataSet, epochs });
    const total = seeds.length * lrs.length;
    const trained = jobs.filter(({ id }) => !journal.has(id)).length;
    await doJobs({
      ...{ jobs, journal, dataSet, where },
      progress: (missing) => ({ phase: 'runs', done: total - missing, total }),
      stopped: (missing) => `stopped: ${missing} of ${total} runs are missing; the same command continues`,
    });
    const { train } = await import('../../jobs/kinds/train.js');
    const journalled = [...journal.results()].map((result) => train.result.check(result, journalPath));
    await writeEnsemble(path, { ...facts, runs: [...before, ...journalled] });
    await unlink(journalPath);
    return `${trained} runs trained, ${total - trained} were there already; all are in ${path}`;
  } finally {
    journal.close();
  }
}

function keyOf({ lr, seed }: { readonly lr: number; readonly seed: number }): string {
  return `${lr} ${seed}`;
}

async function trainJobs(
  runs: readonly { readonly lr: number; readonly seed: number }[],
  { experiment, dataSet, epochs }: Pick<Sweep, 'experiment' | 'dataSet' | 'epochs'>,
): Promise<Job[]> {
  const { jobOf } = await import('../../jobs/job.js');
  const { train } = await import('../../jobs/kinds/train.js');
  const { documentOf } = await import('../../experiment/load.js');
  const document = documentOf(experiment);
  return runs.map(({ lr, seed }) => {
    const payload: TrainJob = {
      ...{
        experiment: document,
        dataSha256: dataSet.sha256,
        lr,
        seed,
        epochs,
        rng: DEFAULT_RNG,
        engine: 'wasm',
      },
    };
    return jobOf(train, payload);
  });
}

/** The runs that are there; an ensemble that is not there begins with none, so that nothing else can be mixed into its journal. */
async function readOrStart(
  path: string,
  facts: Omit<Ensemble, 'runs'>,
): Promise<readonly EncodedEnsembleRun[]> {
  const { parseEnsemble } = await import('../../run/ensemble.js');
  let text: string;
  try {
    text = await readTextOrFail(path);
  } catch (error) {
    if (!(error instanceof AssayError) || error.code !== 'file-not-found') throw error;
    await writeEnsemble(path, { ...facts, runs: [] });
    return [];
  }
  const { runs, ...found } = parseEnsemble(text, path);
  const { canonicalJson } = await import('../../base/canonical.js');
  if (canonicalJson(found) === canonicalJson(facts)) return runs;
  throw new AssayError('ensemble-invalid', {
    what: 'the ensemble is of other runs',
    where: path,
    expected: canonicalJson(facts),
    got: canonicalJson(found),
    hint: 'another --out',
  });
}

async function writeEnsemble(path: string, ensemble: Ensemble): Promise<void> {
  const { serializeEnsemble } = await import('../../run/ensemble.js');
  await writeFileAtomic(path, serializeEnsemble(ensemble));
}
