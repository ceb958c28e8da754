import { classCountOf, type DataSet } from '../data/dataset';
import { MOMENT_NAMES } from '../engine/parameters';
import { layersOf, parametersOf } from '../experiment/model';
import { shapeText } from '../pytorch/checkpoint/fault';
import { AssayError } from '../base/errors';
import { readTextOrFail } from '../base/files';
import { join } from '../base/paths';
import { parseRunRecord } from '../run/record';
import type { Experiment } from '../experiment/types';
import { checkpointPath, type Checkpoint, type RunIdentity } from './checkpoint';

/**
 * Checks that a data set is one that the experiment's model takes: its channels, height and width, its classes.
 *
 * @throws AssayError `spec-shape-mismatch`
 */
export function checkDataSet({ data }: Experiment, dataSet: DataSet): void {
  for (const [part, set] of Object.entries({ train: dataSet.train, test: dataSet.test })) {
    const shape = [set.channels, set.height, set.width];
    if (shape.join() !== data.inputShape.join()) {
      throw unfit(dataSet, part, `images of [${data.inputShape.join(', ')}]`, `[${shape.join(', ')}]`);
    }
    const greatest = classCountOf(set) - 1;
    if (greatest >= data.classes) {
      throw unfit(dataSet, part, `labels 0 … ${data.classes - 1}`, String(greatest));
    }
  }
}

function unfit(dataSet: DataSet, part: string, expected: string, got: string): AssayError {
  return new AssayError('spec-shape-mismatch', {
    what: 'the data set does not fit the experiment',
    where: `data set ${dataSet.name}, ${part}`,
    expected,
    got,
  });
}

/**
 * Checks that going on from a checkpoint gives the bits of the run that was asked for.
 *
 * @throws AssayError `resume-mismatch`
 */
export function checkResumable({ run }: Checkpoint, asked: RunIdentity, runFolder: string): void {
  const differences: [what: string, saved: string | number, asked: string | number, option?: string][] = [
    ['experiment', sourceText(run.spec), sourceText(asked.spec), `--study <that of ${run.spec.name}>`],
    ['data set', sourceText(run.data), sourceText(asked.data), `--data <${run.data.name}>`],
    ['learning rate', run.lr, asked.lr],
    ['seed', run.seed, asked.seed],
    ['stream of random numbers', run.rng, asked.rng],
    ['tier of reproducibility', run.tier, asked.tier, `--engine ${run.engine}`],
  ];
  for (const [what, expected, got, option = 'what the run was started with'] of differences) {
    if (expected === got) continue;
    throw new AssayError('resume-mismatch', {
      what: `the run to resume has another ${what}`,
      where: checkpointPath(runFolder),
      expected: String(expected),
      got: String(got),
      hint: `resume with ${option}, or start another run in another folder`,
    });
  }
}

/**
 * Checks that a checkpoint holds the weights and the optimizer's memory of the experiment's model, after as many steps as it says.
 *
 * @throws AssayError `checkpoint-invalid`
 */
export function checkWhole(
  saved: Checkpoint,
  { model, data, optimizer }: Experiment,
  stepsPerEpoch: number,
  runFolder: string,
): void {
  const check = (what: string, expected: string, got: string): void => {
    if (expected === got) return;
    const where = checkpointPath(runFolder);
    throw new AssayError('checkpoint-invalid', {
      what: `the checkpoint has other ${what}`,
      where,
      expected,
      got,
    });
  };
  const parameters = parametersOf(layersOf(model, data.inputShape));
  const moments = parameters.flatMap(({ name, shape }) =>
    MOMENT_NAMES[optimizer.type].map((moment) => ({ name: `${name}.${moment}`, shape })),
  );
  check('weights', tensorsText(parameters), tensorsText(saved.parameters));
  check('memory of the optimizer', tensorsText(moments), tensorsText(saved.optimizer.buffers));
  const { length: steps } = saved.losses;
  check('steps of the optimizer', String(steps), String(saved.optimizer.stepCount));
  const ofEpoch = steps - saved.epochs.length * stepsPerEpoch;
  const isWithin = saved.samplerSeed !== undefined;
  const [least, most] = isWithin ? [1, stepsPerEpoch] : [0, 0];
  const inRange = ofEpoch >= least && ofEpoch <= most;
  check('steps of its epoch', inRange ? String(ofEpoch) : `${least} … ${most}`, String(ofEpoch));
}

function tensorsText(
  tensors: readonly { readonly name: string; readonly shape: readonly number[] }[],
): string {
  return tensors
    .map(({ name, shape }) => `${name} ${shapeText(shape)}`)
    .sort()
    .join(', ');
}

/** How far a run is to go. */
interface Goal {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly untilStep?: number;
}

/**
 * Checks that a resumed run goes at least as far as it has been, by its checkpoint and by its record: at its end it writes the record anew, and
 * no step of the one before may be lost by that.
 *
 * @throws AssayError `resume-mismatch`, and what reading a record throws.
 */
export async function checkNothingLost(saved: Checkpoint, goal: Goal, runFolder: string): Promise<void> {
  const { epochs, stepsPerEpoch, untilStep = Infinity } = goal;
  const recordPath = join(runFolder, 'run.json');
  const recorded = await recordedSteps(recordPath);
  const done = Math.max(saved.losses.length, recorded);
  const check = (what: string, option: string, least: number, got: number): void => {
    if (got >= least) return;
    throw new AssayError('resume-mismatch', {
      what: `the run has more ${what} already`,
      where: recorded === done ? recordPath : checkpointPath(runFolder),
      expected: `${option} ${least} at least`,
      got: String(got),
      hint: 'ask for as many, or start another run in another folder',
    });
  };
  check('epochs', '--epochs', Math.ceil(done / stepsPerEpoch), epochs);
  check('steps', '--until-step', done, untilStep);
}

/** None when there is no record yet. */
async function recordedSteps(path: string): Promise<number> {
  try {
    return parseRunRecord(await readTextOrFail(path), path).losses.length;
  } catch (error) {
    if (error instanceof AssayError && error.code === 'file-not-found') return 0;
    throw error;
  }
}

function sourceText({ name, sha256 }: { readonly name: string; readonly sha256: string }): string {
  return `${name} (SHA-256 ${sha256})`;
}
