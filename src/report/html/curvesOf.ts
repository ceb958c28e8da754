import { seedViews, type SeedView } from '../../audit/seeds';
import type { Audit, RunView } from '../../audit/types';
import { lossyCurveOf } from '../../audit/views';
import type { Band, Bands } from '../../judge/bands';
import { hasCollapsed } from '../../judge/collapse';
import type { Ensemble } from '../../run/ensemble';
import type { EpochRecord, RunRecord } from '../../run/record';
import type { ReportedRun } from '../../logs/pytorchExample/reportedRun';
import { accuracyOf } from '../../logs/pytorchExample/transcript';
import type { Experiment } from '../../experiment/types';
import type { Curve, Curves, CurvesOfLearningRate, Point } from './curves';

/** Of each learning rate: more would not be seen, and make the page heavy. */
const MOST_SEEDS = 100;

/** What charts hold runs against: what is of another experiment, or of other data, is not drawn. */
export interface CurveReferences {
  readonly experiment: Experiment;
  readonly bands?: Bands;
  readonly ensembles?: readonly Ensemble[];
}

/** Of the runs that a document tells of. */
export function curvesOfAudit({ runs }: Pick<Audit, 'runs'>, references: CurveReferences): Curves {
  const { experiment } = references;
  const lrs = [...new Set(runs.flatMap(({ lr }) => lr ?? []))];
  return curves(lrs, experiment.data.sha256, references, (lr) =>
    runs
      .filter((run) => run.lr === lr)
      .map((run) => curveOf(run, { layer: 'reported', name: 'reported' }, experiment)),
  );
}

/** Of runs that were trained now, beside those of the report. */
export function curvesOfRecords(
  runs: readonly { readonly record: RunRecord; readonly reported?: ReportedRun }[],
  data: { readonly sha256: string },
  references: CurveReferences,
): Curves {
  const { experiment } = references;
  const lrs = runs.map(({ record }) => record.lr);
  return curves(lrs, data.sha256, references, (lr) =>
    runs
      .filter(({ record }) => record.lr === lr)
      .flatMap(({ record, reported }) => [
        recordedCurve(record, experiment),
        ...(reported === undefined
          ? []
          : [curveOf(viewOf(reported), { layer: 'reported', name: 'reported' }, experiment)]),
      ]),
  );
}

function curves(
  lrs: readonly number[],
  dataSha256: string,
  { experiment, bands, ensembles = [] }: CurveReferences,
  runsOf: (lr: number) => Curve[],
): Curves {
  const isMeant = (stored: Pick<Bands, 'experiment' | 'data'>): boolean =>
    stored.experiment.sha256 === experiment.sha256 && stored.data.sha256 === dataSha256;
  const ensemble = ensembles.find((of) => isMeant(of) && of.epochs === experiment.training.epochs);
  const seeds = ensemble === undefined ? [] : seedViews(ensemble, experiment);
  const learningRates = lrs.map((lr): CurvesOfLearningRate => {
    const ofLr = seeds.filter((seed) => seed.lr === lr).slice(0, MOST_SEEDS);
    const band = bands && isMeant(bands) ? bands.bands.find((candidate) => candidate.lr === lr) : undefined;
    return {
      lr,
      curves: [...ofLr.map((seed) => seedCurve(seed, experiment)), ...runsOf(lr)],
      band: band?.epochs.map(bandAt) ?? [],
    };
  });
  const lastEpochs = learningRates.flatMap((of) =>
    of.curves.flatMap((curve) =>
      [...curve.testLoss, ...curve.trainingLoss].map(([epoch]) => Math.ceil(epoch)),
    ),
  );
  return { epochs: Math.max(1, ...lastEpochs), learningRates };
}

function bandAt({ epoch, testLoss, accuracy }: Band['epochs'][number]): CurvesOfLearningRate['band'][number] {
  const rounded = ({ lower, upper }: { lower: number; upper: number }): [number, number] => [
    significant(lower),
    significant(upper),
  ];
  return { epoch, testLoss: rounded(testLoss), accuracy: rounded(accuracy) };
}

function curveOf(
  { epochs }: RunView,
  names: Pick<Curve, 'layer' | 'name'>,
  { data }: Pick<Experiment, 'data'>,
): Curve {
  return {
    ...names,
    testLoss: epochs.flatMap(({ epoch, testLoss }) =>
      testLoss === undefined ? [] : [point(epoch, testLoss)],
    ),
    accuracy: epochs.flatMap(({ epoch, accuracy }) =>
      accuracy === undefined ? [] : [point(epoch, accuracy)],
    ),
    trainingLoss: epochs.flatMap(({ epoch, losses }) =>
      losses.map(({ seen, loss }) => point(epoch - 1 + seen / data.trainCount, loss)),
    ),
  };
}

function viewOf({ epochs }: ReportedRun): RunView {
  return {
    epochs: epochs.map(({ train, test }, index) => ({
      epoch: index + 1,
      losses: train,
      ...(test && { testLoss: test.testLoss, accuracy: accuracyOf(test) }),
    })),
  };
}

/** Of all steps, those that the log prints. */
function recordedCurve({ seed, epochs, losses, data }: RunRecord, { training }: Experiment): Curve {
  const stepsPerEpoch = Math.ceil(data.trainCount / training.batchSize);
  const trainingLoss = losses.flatMap((loss, step) =>
    (step % stepsPerEpoch) % training.logInterval === 0 ? [point(step / stepsPerEpoch, loss)] : [],
  );
  return { layer: 'reproduced', name: `reproduced, seed ${seed}`, ...evaluations(epochs), trainingLoss };
}

function seedCurve(view: SeedView, experiment: Experiment): Curve {
  const layer = hasCollapsed(lossyCurveOf(view), experiment.data) ? 'collapsed' : 'seeds';
  return curveOf(view, { layer, name: `seed ${view.seed}` }, experiment);
}

function evaluations(epochs: readonly EpochRecord[]): Pick<Curve, 'testLoss' | 'accuracy'> {
  return {
    testLoss: epochs.map(({ epoch, testLoss }) => point(epoch, testLoss)),
    accuracy: epochs.map((evaluated) => point(evaluated.epoch, accuracyOf(evaluated))),
  };
}

function point(epoch: number, value: number): Point {
  return [Number(epoch.toFixed(3)), Number.isFinite(value) ? significant(value) : null];
}

/** As many digits as a chart can show, so that the page is light. */
function significant(value: number): number {
  return Number(value.toPrecision(5));
}
