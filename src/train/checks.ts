import type { DataSet, ImageSet } from '../data/dataset';
import { AssayError } from '../errors';
import type { Experiment } from '../spec/types';
import { checkpointPath, type Checkpoint, type RunIdentity } from './checkpoint';

/**
 * Checks that a data set is one that the experiment's model takes: one channel, its height and width, its classes.
 *
 * @throws AssayError `spec-shape-mismatch`
 */
export function checkDataSet({ data }: Experiment, dataSet: DataSet): void {
  for (const [part, set] of Object.entries({ train: dataSet.train, test: dataSet.test })) {
    const shape = [1, set.height, set.width];
    if (shape.join() !== data.inputShape.join()) {
      throw unfit(dataSet, part, `images of [${data.inputShape.join(', ')}]`, `[${shape.join(', ')}]`);
    }
    const greatest = greatestLabel(set);
    if (greatest >= data.classes) {
      throw unfit(dataSet, part, `labels 0 … ${data.classes - 1}`, String(greatest));
    }
  }
}

function greatestLabel({ labels }: ImageSet): number {
  return labels.reduce((greatest, label) => (label > greatest ? label : greatest), 0);
}

function unfit(dataSet: DataSet, part: string, expected: string, got: string): AssayError {
  return new AssayError('spec-shape-mismatch', {
    what: 'the data set is not one that the experiment takes',
    where: `data set ${dataSet.name}, ${part}`,
    expected,
    got,
  });
}

/**
 * Checks that going on from a checkpoint gives the bits of the run that was asked for.
 *
 * @param untilStep where the resumed run is to stop
 * @throws AssayError `resume-mismatch`
 */
export function checkResumable(
  saved: Checkpoint,
  asked: RunIdentity,
  untilStep: number | undefined,
  runFolder: string,
): void {
  const differences: [what: string, saved: string | number, asked: string | number][] = [
    ['experiment', sourceText(saved.run.spec), sourceText(asked.spec)],
    ['data set', sourceText(saved.run.data), sourceText(asked.data)],
    ['learning rate', saved.run.lr, asked.lr],
    ['seed', saved.run.seed, asked.seed],
    ['stream of random numbers', saved.run.rng, asked.rng],
    ['tier of reproducibility', saved.run.tier, asked.tier],
  ];
  const mismatch = (what: string, expected: string, got: string): AssayError =>
    new AssayError('resume-mismatch', {
      what,
      where: checkpointPath(runFolder),
      expected,
      got,
      hint: 'resume with what the run was started with, or start another one in another folder',
    });
  for (const [what, expected, got] of differences) {
    if (expected !== got) {
      throw mismatch(`the run to resume has another ${what}`, String(expected), String(got));
    }
  }
  if (asked.epochs < saved.epochs.length) {
    throw mismatch(
      'the run has more epochs already',
      `at least ${saved.epochs.length}`,
      String(asked.epochs),
    );
  }
  if (untilStep !== undefined && untilStep < saved.losses.length) {
    throw mismatch('the run has more steps already', `at least ${saved.losses.length}`, String(untilStep));
  }
}

function sourceText({ name, sha256 }: { readonly name: string; readonly sha256: string }): string {
  return `${name} (SHA-256 ${sha256})`;
}
