import { join } from 'node:path';
import type { DataSet } from '../data/dataset';
import { AssayError } from '../errors';
import { writeFileAtomic } from '../files';
import type { RunRecord } from '../log/record';
import type { Experiment } from '../spec/types';
import type { Predictions } from '../train';

/**
 * Draws a run whose epochs are all done, into the files that its transcript names. Where pictures cannot be drawn, that is said on
 * stderr, and the run is none the worse.
 *
 * @throws AssayError `file-unwritable`
 */
export async function writePictures(
  runFolder: string,
  { artifacts, training }: Experiment,
  dataSet: DataSet,
  record: RunRecord,
  predictions: Predictions,
): Promise<void> {
  const { trainingHistoryPng } = await import('../report/pictures/history.js');
  const { predictionsPng } = await import('../report/pictures/predictions.js');
  const run = `${dataSet.name}, lr ${record.lr}, seed ${record.seed}`;
  try {
    const history = await trainingHistoryPng(record, training.logInterval, run);
    const grid = await predictionsPng({ ...dataSet.test, ...predictions }, run);
    await writeFileAtomic(join(runFolder, artifacts.predictions), grid);
    await writeFileAtomic(join(runFolder, artifacts.history), history);
  } catch (error) {
    if (!(error instanceof AssayError) || error.code !== 'pictures-unavailable') throw error;
    console.error(`not drawn: ${artifacts.predictions}, ${artifacts.history}: ${error.message}`);
  }
}
