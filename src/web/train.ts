import { AssayError } from '../base/errors';
import { filesBelow } from '../base/files';
import { basename, join } from '../base/paths';
import type { DataSet } from '../data/dataset';
import { dataSetOfFiles, readFiles } from '../data/folder';
import { drawSynthetic } from '../data/synthetic/draw';
import { loadExperiment } from '../experiment/load';
import type { Experiment } from '../experiment/types';
import { entriesOfRecord, type Entry } from '../run/entries';
import type { RunRecord } from '../run/record';
import { runInMemory } from '../train/training';
import { setDropped, type DroppedFile } from './host/files';
import { FIRST_STEPS, type FromTrainer, type TrainRequest, type Until } from './messages';
import { BUILT_IN_STUDIES, recordOf } from './records';

/** Where the files of a data set are, among those that were dropped. */
const DATA_FOLDER = 'data set';

/**
 * Trains the run of a record again, and says of each number and digest whether it is the record's, up to the first that is not.
 *
 * @param goOn comes at once, or when a pause has ended
 */
export async function trainAgain(
  request: TrainRequest,
  say: (message: FromTrainer) => void,
  goOn: () => Promise<void>,
): Promise<void> {
  const { files, record: path, until, threads } = request;
  const data = request.data.map(({ path, bytes }) => ({ path: `${DATA_FOLDER}/${basename(path)}`, bytes }));
  setDropped([...files, ...data]);
  const record = await trainable(path);
  const experiment = await experimentOf(record, files);
  const dataSet = await dataSetOf(record, data, say);
  const stepsPerEpoch = Math.ceil(dataSet.train.count / experiment.training.batchSize);
  const marks = new Marks(entriesOfRecord(record, stepsPerEpoch), say);
  const time = { steps: 0, seconds: 0, since: performance.now() };
  const stop = new AbortController();
  const hold = (place: string, got: number | string): void => {
    if (!marks.hold(place, got)) stop.abort(DIFFERS);
  };
  try {
    const { seed, lr, rng, plan } = record;
    const { epochs } = plan;
    const untilStep = stepsOf(until, record, stepsPerEpoch);
    const trained = await runInMemory({
      ...{
        experiment,
        dataSet,
        seed,
        lr,
        rng,
        epochs,
        untilStep,
        engine: 'wasm',
        threads,
        signal: stop.signal,
      },
      onStart: (sha256) => hold('initial weights', sha256),
      onProgress: ({ phase, epoch, done, total, loss }) => {
        time.seconds += (performance.now() - time.since) / 1000;
        if (phase === 'train') hold(`step ${++time.steps}: loss`, loss);
        const doing = `epoch ${epoch} of ${epochs}: ${phase === 'train' ? 'training' : 'evaluating'}`;
        const { steps, seconds } = time;
        say({ what: 'progress', doing, done, total, steps, seconds });
      },
      onEpoch: ({ epoch, testLoss, correctCount, weightsSha256 }) => {
        hold(`epoch ${epoch}: weights`, weightsSha256);
        hold(`epoch ${epoch}: test loss`, testLoss);
        hold(`epoch ${epoch}: correct count`, correctCount);
      },
      goOn: async () => {
        await goOn();
        time.since = performance.now();
      },
    });
    if (trained.losses.length === record.losses.length) {
      hold('final weights', trained.finalWeightsSha256);
      if (trained.logitsSha256 !== undefined) hold('logits of the test set', trained.logitsSha256);
    }
  } catch (error) {
    if (error !== DIFFERS) throw error;
  }
  marks.end();
  say({ what: 'trained', steps: time.steps, seconds: time.seconds, threads, agrees: marks.agree });
}

/** Why a run is stopped. */
const DIFFERS = new Error('a number is not that of the record');

/** What a record says, held against what comes out here. Of the losses one mark is made for all that agree, up to each other mark. */
class Marks {
  agree = true;
  private readonly expected: ReadonlyMap<string, Entry['value']>;
  private losses: { first: number; last: number } | undefined;

  constructor(
    entries: readonly Entry[],
    private readonly say: (message: FromTrainer) => void,
  ) {
    this.expected = new Map(entries.map(({ place, value }) => [place, value]));
  }

  /** Whether it is as in the record. After a difference nothing is held any more. */
  hold(place: string, got: number | string): boolean {
    if (!this.agree) return false;
    const value = this.expected.get(place)?.value;
    const agrees = Object.is(value, got);
    const step = Number(/^step (\d+): loss$/.exec(place)?.[1]);
    if (agrees && !Number.isNaN(step)) {
      this.losses = { first: this.losses?.first ?? step, last: step };
      return true;
    }
    this.end();
    this.agree = agrees;
    this.mark(place, agrees, value === undefined ? 'nothing' : String(value), String(got));
    return agrees;
  }

  /** Makes the mark of the losses so far. */
  end(): void {
    if (this.losses === undefined) return;
    const { first, last } = this.losses;
    this.losses = undefined;
    const got = `${last - first + 1} losses, bit for bit`;
    this.mark(first === last ? `step ${first}: loss` : `steps ${first} to ${last}: losses`, true, got, got);
  }

  private mark(name: string, agrees: boolean, expected: string, got: string): void {
    this.say({ what: 'mark', name, agrees, expected, got });
  }
}

/** After how many steps to stop; undefined where the record's plan says it. */
function stepsOf(until: Until, { plan }: RunRecord, stepsPerEpoch: number): number | undefined {
  if (until === 'end') return plan.untilStep;
  return Math.min(until === 'steps' ? FIRST_STEPS : stepsPerEpoch, plan.untilStep ?? Infinity);
}

/** A record of bits, which start from a seed. */
async function trainable(path: string): Promise<RunRecord> {
  const record = await recordOf(path);
  if (record === undefined) throw new AssayError('usage', { what: 'not a record of a run', where: path });
  if (record.tier !== 'bitwise')
    throw new AssayError('usage', {
      what: 'the record is of an engine that promises no bits',
      where: `${path}, engine`,
      got: record.engine,
      hint: 'assay verify holds it to what it promises',
    });
  if (record.init !== undefined)
    throw new AssayError('usage', {
      what: 'the run started from the weights of a file',
      where: `${path}, init`,
      got: record.init.name,
      hint: 'assay verify --init takes that file',
    });
  return record;
}

async function experimentOf({ spec }: RunRecord, files: readonly DroppedFile[]): Promise<Experiment> {
  const builtIn = (await filesBelow(BUILT_IN_STUDIES)).map((path) => join(BUILT_IN_STUDIES, path));
  const paths = [...files.map(({ path }) => path), ...builtIn];
  for (const path of paths.filter((path) => path.endsWith('.json'))) {
    const experiment = await loadExperiment(path).catch(() => undefined); // another file, or not this experiment
    if (experiment?.sha256 === spec.sha256) return experiment;
  }
  throw new AssayError('usage', {
    what: 'the experiment of the record is not here',
    expected: `the experiment ${spec.name}, SHA-256 ${spec.sha256}`,
    hint: 'drop its experiment.json with the record',
  });
}

async function dataSetOf(
  { data: { name, sha256 } }: RunRecord,
  files: readonly DroppedFile[],
  say: (message: FromTrainer) => void,
): Promise<DataSet> {
  const dataSet = files.length === 0 ? drawn(say) : dataSetOfFiles(name, await readFiles(DATA_FOLDER));
  if (dataSet.sha256 === sha256) return dataSet;
  throw new AssayError('usage', {
    what: 'not the data set of the record',
    where: files.length === 0 ? 'the synthetic digits' : files.map(({ path }) => basename(path)).join(', '),
    expected: `${name}, SHA-256 ${sha256}`,
    got: `SHA-256 ${dataSet.sha256}`,
  });
}

/** How many images are drawn between two reports. */
const IMAGES_AT_ONCE = 500;

function drawn(say: (message: FromTrainer) => void): DataSet {
  const { dataSet } = drawSynthetic((done, total) => {
    if (done % IMAGES_AT_ONCE !== 0) return;
    say({ what: 'progress', doing: 'drawing the synthetic digits', done, total, steps: 0, seconds: 0 });
  });
  return dataSet;
}
