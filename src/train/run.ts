import { pthOf } from '../pytorch/checkpoint/pth/write';
import { makeFolder, writeFileAtomic } from '../base/files';
import { basename, extname, join } from '../base/paths';
import { textOf } from '../logs/pytorchExample/print';
import { serializeRunRecord, type RunRecord } from '../run/record';
import { checkDataSet, checkNothingLost, checkResumable, checkWhole } from './checks';
import { checkpointPath, readCheckpoint, writeCheckpoint } from './checkpoint';
import { identityOf, type RunOptions, type RunOutcome } from './options';
import { stepsPerEpochOf, withTraining, type Training } from './training';

/**
 * Trains and evaluates an experiment, and writes its run folder: `train.log`, `run.json`, the PyTorch checkpoint, and, before the
 * first epoch, after each, and where it is stopped, the checkpoint to resume from. Files appear under their names only when they are
 * whole, `run.json` last. A run that is stopped leaves the lines so far as `train.log`. A run that diverges is recorded like any other.
 *
 * @throws AssayError `file-unwritable`, `engine-unavailable`; `spec-shape-mismatch` when the data set is not what the experiment
 *   takes; with `resume` also `file-not-found`, `file-unreadable`, `checkpoint-invalid`, `resume-mismatch`.
 */
export async function runExperiment(options: RunOptions): Promise<RunOutcome> {
  const { experiment, dataSet, outDir, untilStep } = options;
  checkDataSet(experiment, dataSet);
  const saved = options.resume ? await readCheckpoint(outDir) : undefined;
  if (saved) {
    const identity = identityOf(options);
    checkResumable(saved, identity, outDir);
    const stepsPerEpoch = stepsPerEpochOf(options);
    checkWhole(saved, experiment, stepsPerEpoch, outDir);
    const goal = { epochs: identity.epochs, stepsPerEpoch, untilStep };
    await checkNothingLost(saved, goal, outDir);
  }
  await makeFolder(outDir);
  return withTraining(options, saved, (training) => runInFolder(training, options));
}

async function runInFolder(
  training: Training,
  { experiment, outDir, signal }: RunOptions,
): Promise<RunOutcome> {
  const save = (): Promise<void> => writeCheckpoint(outDir, training.checkpoint());
  try {
    training.emitLinesSoFar();
    await save(); // finds out now, rather than after an epoch, whether the folder can be written
    for await (const _ of training.epochsToCome()) await save();
  } catch (error) {
    if (signal?.aborted !== true || error !== signal.reason) throw error;
    await save();
    await writeLog(training, outDir);
    return {
      status: 'interrupted',
      checkpointPath: checkpointPath(outDir),
      epochsDone: training.epochs.length,
      stepsDone: training.losses.length,
      stepsPerEpoch: training.stepsPerEpoch,
    };
  }
  const predictions = training.isWhole() ? training.predictions() : undefined;
  return {
    status: 'finished',
    record: await finish(training, experiment.artifacts.model, outDir),
    predictions,
  };
}

/** @param model the name of the file of the model */
async function finish(training: Training, model: string, outDir: string): Promise<RunRecord> {
  if (training.isWhole()) training.emitFooter();
  const record = training.record();
  const pth = pthOf(training.parameters(), basename(model, extname(model)));
  await writeFileAtomic(join(outDir, model), pth);
  await writeLog(training, outDir);
  await writeFileAtomic(join(outDir, 'run.json'), serializeRunRecord(record));
  return record;
}

async function writeLog({ lines }: Training, outDir: string): Promise<void> {
  await writeFileAtomic(join(outDir, 'train.log'), textOf(lines));
}
