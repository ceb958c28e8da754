import { availableParallelism } from 'node:os';
import { Option } from '@commander-js/extra-typings';
import type { DataSet } from '../data/dataset';
import type { Backend, EngineName } from '../engine/engine';
import { AssayError } from '../base/errors';
import type { RunRecord } from '../run/record';
import { RNGS, type RngName } from '../experiment/rng';
import type { Experiment } from '../experiment/types';
import type { RunOptions, RunOutcome, RunProgress } from '../train';
import { Stopped, type StopReason } from './failure';
import { seed, threads } from './numbers';
import { withFolder, withNewFolder } from './outFolder';
import { Progress, type ProgressState } from './progress';
import { stoppable } from './stop';
import { shellCommand, studyWords } from './shell';
import { printNote } from './text';
import { DEFAULT_SOURCE_TEXT, SOURCES_TEXT } from '../data/names';

/** What the commands that train have in common: their options, loading what is trained on, and one run at the terminal. */

/** More share the work of one step badly: a step takes a few milliseconds. */
const MOST_DEFAULT_THREADS = 4;

export const dataOption = new Option('--data <source>', `${SOURCES_TEXT} (default: ${DEFAULT_SOURCE_TEXT})`);
export const seedOption = new Option(
  '--seed <n>',
  "seed of the random stream, as for torch.manual_seed (default: the experiment's, else 1)",
).argParser(seed);
export const engineOption = new Option(
  '--engine <name>',
  'what computes: native, wasm and reference have the same bits, tfjs is near (default: native where it was built, else wasm)',
).choices(['native', 'wasm', 'reference', 'tfjs'] as const);
export const rngOption = new Option(
  '--rng <stream>',
  "whose dropout masks: PyTorch's own (since 2.7 in all builds), or those of older x86 wheels, drawn by Intel MKL",
)
  .choices(Object.keys(RNGS) as RngName[])
  .default('torch' as const);
export const jsonOption = new Option('--json', 'print JSON instead of text');
export const threadsOption = new Option(
  '--threads <n>',
  'threads; they change the time, not a bit of the results',
)
  .argParser(threads)
  .default(
    Math.min(availableParallelism(), MOST_DEFAULT_THREADS),
    `one per core, at most ${MOST_DEFAULT_THREADS}`,
  );

/** The options of a run that its checkpoint does not have. */
interface NotSaved {
  readonly study?: string;
  readonly data?: string;
  readonly engine?: EngineName;
  readonly threads: number;
  readonly untilStep?: number;
}

/** What to type to continue a run that was started with these options, as the run that it would have been. */
export function resumeCommand(runFolder: string, options: NotSaved): string {
  const { study, data, engine, threads, untilStep } = options;
  const words = ['npx', 'assay', 'run', '--resume', runFolder, ...studyWords(study)];
  if (data !== undefined) words.push('--data', data);
  if (engine !== undefined) words.push('--engine', engine);
  if (threads !== threadsOption.defaultValue) words.push('--threads', String(threads));
  if (untilStep !== undefined) words.push('--until-step', String(untilStep));
  return shellCommand(words);
}

/**
 * Loads the data set of an experiment, or the synthetic digits that may stand in for it.
 *
 * @throws AssayError `data-checksum-mismatch` when it is another, beside what {@link loadAnyDataFor} throws.
 */
export async function loadDataFor(experiment: Experiment, choice: string | undefined): Promise<DataSet> {
  const { data, name } = experiment;
  const dataSet = await loadAnyDataFor(experiment, choice);
  if (dataSet.name === 'synthetic' || dataSet.sha256 === data.sha256) return dataSet;
  throw new AssayError('data-checksum-mismatch', {
    what: `not the data set of the experiment, ${data.name}`,
    where: `${name}, data.sha256`,
    expected: data.sha256,
    got: `${dataSet.sha256}, of ${dataSet.name}`,
    hint: 'give the data set of the experiment with --data; an experiment on this one has its digest in data.sha256',
  });
}

/**
 * Loads a data set for an experiment, of whatever content, for a command that says itself what it is, with the errors of `loadDataSet`.
 *
 * @throws AssayError `data-checksum-mismatch` when the experiment was made for other synthetic digits than this version draws.
 */
export async function loadAnyDataFor(
  { data, name }: Experiment,
  choice: string | undefined,
): Promise<DataSet> {
  const dataSet = await loadData(choice);
  if (dataSet.name === 'synthetic' && dataSet.sha256 !== data.synthetic.sha256) {
    throw new AssayError('data-checksum-mismatch', {
      what: 'the experiment was made for other synthetic digits',
      where: `${name}, data.synthetic.sha256`,
      expected: data.synthetic.sha256,
      got: dataSet.sha256,
    });
  }
  return dataSet;
}

/** Loads a data set, with a progress bar; says on stderr which one the default rule chose. */
export async function loadData(choice: string | undefined): Promise<DataSet> {
  const { loadDataSet } = await import('../data/load.js');
  const progress = await Progress.create();
  try {
    return await loadDataSet(choice, {
      onNotice: (line) => printNote(line),
      onProgress: (done, total, what) => progress.show({ phase: what, done, total }),
    });
  } finally {
    progress.stop();
  }
}

/** As {@link train}; when all epochs are done, draws them, and what the model says of the test set. */
export async function trainAtTerminal(...args: Parameters<typeof train>): Promise<RunRecord> {
  const [{ experiment, dataSet, outDir }] = args;
  const { record, predictions } = await train(...args);
  if (predictions !== undefined) {
    const { writePictures } = await import('./pictures.js');
    await writePictures(outDir, experiment, dataSet, record, predictions);
  }
  return record;
}

/**
 * Trains once, with a progress bar.
 *
 * @param say prints the transcript; the bar makes way for it.
 * @param resumeCommand what the user can type to continue after a stop.
 * @throws Stopped after a stop from outside; the message says what was saved.
 */
export async function train(
  options: Omit<RunOptions, 'signal' | 'onLine' | 'onProgress' | 'onBackend'>,
  say: (text: string) => void,
  resumeCommand: string,
): Promise<FinishedRun> {
  const { runExperiment } = await import('../train/index.js');
  const progress = await Progress.create();
  try {
    return await stoppable(async (signal) => {
      const take = options.resume === true ? withFolder : withNewFolder;
      const outcome = await take(options.outDir, () =>
        runExperiment({
          ...options,
          signal,
          onLine: (line) => progress.makeWay(() => say(`${line}\n`)),
          onProgress: (state) => progress.show(progressOf(state)),
          onBackend: (backend) => progress.makeWay(() => printNote(backendText(backend))),
        }),
      );
      if (outcome.status === 'finished') return outcome;
      throw new Stopped(signal.reason as StopReason, stoppedMessage(outcome, resumeCommand));
    });
  } finally {
    progress.stop();
  }
}

function backendText({ name, version, missing }: Backend): string {
  const others = missing.map(({ name, reason }) => `, as ${name} does not run here (${reason})`);
  return `engine: tfjs, on its backend ${name} ${version}${others.join('')}`;
}

function progressOf({ phase, epoch, epochs, done, total, loss }: RunProgress): ProgressState {
  const where = `epoch ${epoch}/${epochs}`;
  if (phase === 'evaluate') return { phase: `${where} test `, done, total };
  return { phase: `${where} train`, done, total, detail: `loss ${loss.toFixed(4)}` };
}

type FinishedRun = Extract<RunOutcome, { status: 'finished' }>;
type Interrupted = Extract<RunOutcome, { status: 'interrupted' }>;

function stoppedMessage(
  { epochsDone, stepsDone, stepsPerEpoch, checkpointPath }: Interrupted,
  resumeCommand: string,
): string {
  const step = stepsDone - epochsDone * stepsPerEpoch;
  const whole = ['the initial weights', 'epoch 1'][epochsDone] ?? `epochs 1 to ${epochsDone}`;
  const saved = step === 0 ? whole : `step ${step} of ${stepsPerEpoch} of epoch ${epochsDone + 1}`;
  return [
    `stopped after step ${stepsDone}`,
    `  saved:       ${saved}, in ${checkpointPath}`,
    `  to continue: ${resumeCommand}`,
  ].join('\n');
}
