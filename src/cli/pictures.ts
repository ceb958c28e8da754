import { join } from 'node:path';
import type { DataSet } from '../data/dataset';
import { AssayError } from '../base/errors';
import { writeFileAtomic } from '../base/files';
import type { RunRecord } from '../run/record';
import type { Experiment } from '../experiment/types';
import type { Predictions } from '../train';
import { printNote } from './text';

/**
 * Draws a run whose epochs are all done, into the files that its transcript names. Where pictures cannot be drawn, that is said on
 * stderr, and the run is none the worse.
 *
 * @throws AssayError `file-unwritable`
 */
export async function writePictures(
  runFolder: string,
  experiment: Experiment,
  dataSet: DataSet,
  record: RunRecord,
  predictions: Predictions,
): Promise<void> {
  const { artifacts, training } = experiment;
  const run = `lr ${record.lr}, seed ${record.seed}`;
  if (!(await writePredictions(runFolder, experiment, dataSet, run, predictions))) return;
  const { trainingHistoryPng } = await import('../report/pictures/history.js');
  const title = `${dataSet.name}, ${run}`;
  await writePicture(join(runFolder, artifacts.history), () =>
    trainingHistoryPng(record, training.logInterval, title),
  );
}

/**
 * Draws what a model says of the test set.
 *
 * @param model names it, under the picture
 * @returns whether it could be drawn; why not is said on stderr
 * @throws AssayError `file-unwritable`
 */
export async function writePredictions(
  folder: string,
  { artifacts }: Experiment,
  dataSet: DataSet,
  model: string,
  predictions: Predictions,
): Promise<boolean> {
  const { predictionsPng } = await import('../report/pictures/predictions.js');
  const title = `${dataSet.name}, ${model}`;
  return writePicture(join(folder, artifacts.predictions), () =>
    predictionsPng({ ...dataSet.test, ...predictions }, title),
  );
}

async function writePicture(path: string, draw: () => Promise<Uint8Array>): Promise<boolean> {
  try {
    await writeFileAtomic(path, await draw());
    return true;
  } catch (error) {
    if (!(error instanceof AssayError) || error.code !== 'pictures-unavailable') throw error;
    printNote(`not drawn: ${path}: ${error.message}`);
    return false;
  }
}
