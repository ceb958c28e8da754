import type { TopLevelSpec } from 'vega-lite';
import type { Axis } from 'vega-lite/build/src/axis';
import type { PositionFieldDef } from 'vega-lite/build/src/channeldef';
import type { AnyMark, MarkDef } from 'vega-lite/build/src/mark';
import type { UnitSpec } from 'vega-lite/build/src/spec';
import { pythonFixed } from '../../base/printf';
import type { RunRecord } from '../../run/record';
import { accuracyOf } from '../../run/record';
import { FONT, svgToPng } from '../../base/svg';

const TRAINING = '#9db8d6';
const TRAINING_MEAN = '#1f5a99';
const LOGGED_STEP = '#0a2a4d';
const TEST = '#d1541a';
const PANEL = { width: 470, height: 330 };
const ZOOM = 1.5;
/** The running mean is over a twentieth of an epoch on either side … */
const REACHES_PER_EPOCH = 20;
/** … and drawn so many times an epoch. */
const MEANS_PER_EPOCH = 40;
/** Beyond that, the labels of the epochs' accuracies would run into each other. */
const MOST_LABELS = 8;

/**
 * A PNG of a run's curves: on the left the loss of every training step, its running mean, the logged steps and the test loss; on the
 * right the accuracy after each epoch. Losses that a logarithmic axis has no place for are not drawn; those that are not finite are
 * counted.
 *
 * @param record of a run whose epochs are all done
 * @param logInterval every how many batches of an epoch the log has a line
 * @param run what was trained, such as `digits, lr 0.001, seed 1`
 */
export async function trainingHistoryPng(
  record: RunRecord,
  logInterval: number,
  run: string,
): Promise<Buffer> {
  // Loaded here, because only pictures need them, and they take a while.
  const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')]);
  const spec = historySpec(record, logInterval, run);
  const view = new vega.View(vega.parse(vegaLite.compile(spec).spec), { renderer: 'none' });
  try {
    return await svgToPng(await view.toSVG(), ZOOM);
  } finally {
    view.finalize();
  }
}

interface Point {
  /** In epochs since the start. */
  readonly epoch: number;
  readonly value: number;
}

function historySpec(record: RunRecord, logInterval: number, run: string): TopLevelSpec {
  const { losses, epochs } = record;
  const stepsPerEpoch = losses.length / epochs.length;
  const steps = losses.map((value, i): Point => ({ epoch: (i + 1) / stepsPerEpoch, value }));
  const means = meansOf(steps, stepsPerEpoch);
  const logged = steps.filter((_, i) => (i % stepsPerEpoch) % logInterval === 0);
  const testLosses = epochs.map(({ epoch, testLoss }): Point => ({ epoch, value: testLoss }));
  const accuracies = epochs.map((epoch): Point => ({ epoch: epoch.epoch, value: accuracyOf(epoch) }));
  const lossDomain = logDomain([...means, ...testLosses, ...logged]);
  const drawn = (points: readonly Point[]): Point[] =>
    points.filter(({ value }) => value > 0 && value < Infinity);
  const labelled = accuracies.length <= MOST_LABELS ? accuracies : [accuracies[0], accuracies.at(-1)!];
  const x = axis('epoch', 'epoch', [0, epochs.length], {
    values: [0, ...epochs.map(({ epoch }) => epoch)],
    ...{ labelOverlap: true, format: 'd', labelFlush: false },
  });
  const y = {
    ...axis('value', 'loss, logarithmic', lossDomain, { values: ticksWithin(lossDomain), format: '~g' }),
    scale: { type: 'log' as const, domain: lossDomain, nice: false, clamp: true },
  };
  const xOfAccuracy = axis('epoch', 'epoch', [0.5, epochs.length + 0.5], {
    values: epochs.map(({ epoch }) => epoch),
    labelOverlap: true,
    format: 'd',
  });
  const yOfAccuracy = axis('value', 'accuracy on the test set, %', paddedDomain(accuracies), {
    tickCount: 6,
  });
  const curve = (name: string, points: readonly Point[], mark: AnyMark): UnitSpec<string> => ({
    data: { values: drawn(points) },
    mark,
    encoding: { x, y, color: { datum: name, type: 'nominal', ...COLOURS } },
  });
  const label = (style: Partial<MarkDef<'text'>>): UnitSpec<string> => ({
    data: { values: labelled.map((point) => ({ ...point, label: pythonFixed(point.value, 2) })) },
    mark: { type: 'text', dy: -14, fontSize: 13, ...style },
    encoding: { x: xOfAccuracy, y: yOfAccuracy, text: { field: 'label', type: 'nominal' } },
  });
  return {
    background: 'white',
    padding: 24,
    title: {
      text: 'Training history',
      subtitle: [`${run}${summaryOf(epochs)}`, ...faultsOf(losses)],
      anchor: 'start',
      fontSize: 22,
      subtitleFontSize: 14,
      subtitlePadding: 6,
      offset: 18,
    },
    spacing: 40,
    hconcat: [
      {
        ...PANEL,
        layer: [
          curve(EACH, steps, { type: 'line', strokeWidth: 0.6, opacity: 0.5 }),
          curve(LOGGED, logged, { type: 'point', size: 22, strokeWidth: 1.2, opacity: 1 }),
          curve(MEAN, means, { type: 'line', strokeWidth: 2.4 }),
          curve(ON_TEST_SET, testLosses, { type: 'line', strokeWidth: 2, point: { size: 60 } }),
        ],
      },
      {
        ...PANEL,
        layer: [
          {
            data: { values: accuracies },
            mark: { type: 'line', strokeWidth: 2, color: TEST, point: { size: 60, color: TEST } },
            encoding: { x: xOfAccuracy, y: yOfAccuracy },
          },
          label({ stroke: 'white', strokeWidth: 4 }), // around each letter, so that no line runs through it
          label({ color: '#333' }),
        ],
      },
    ],
    config: {
      font: FONT,
      axis: {
        labelFontSize: 12,
        titleFontSize: 13,
        titleFontWeight: 'normal',
        gridColor: '#e6e6e6',
        titlePadding: 10,
      },
      legend: { labelFontSize: 12, symbolStrokeWidth: 3, symbolSize: 220, symbolOpacity: 1, labelLimit: 0 },
      view: { stroke: '#bbb' },
    },
  };
}

const EACH = 'training, each step';
const MEAN = 'training, running mean';
const LOGGED = 'training, logged steps';
const ON_TEST_SET = 'test set';
const COLOURS = {
  scale: { domain: [EACH, MEAN, LOGGED, ON_TEST_SET], range: [TRAINING, TRAINING_MEAN, LOGGED_STEP, TEST] },
  legend: { title: null, orient: 'top' as const, columns: 2, symbolType: 'stroke' },
};

function axis(field: string, title: string, domain: [number, number], style: Axis): PositionFieldDef<string> {
  return { field, type: 'quantitative', title, scale: { domain, nice: false, zero: false }, axis: style };
}

function summaryOf(epochs: RunRecord['epochs']): string {
  const last = epochs.at(-1);
  if (last === undefined) return '';
  return `: ${pythonFixed(accuracyOf(last), 2)} % right and test loss ${pythonFixed(last.testLoss, 4)} after ${epochs.length} epoch${epochs.length === 1 ? '' : 's'}`;
}

function faultsOf(losses: readonly number[]): string[] {
  const first = losses.findIndex((loss) => !Number.isFinite(loss));
  if (first < 0) return [];
  const count = losses.filter((loss) => !Number.isFinite(loss)).length;
  return [
    `The run diverged: ${count} of ${losses.length} training losses are not finite, from step ${first + 1} on`,
  ];
}

function meansOf(steps: readonly Point[], stepsPerEpoch: number): Point[] {
  const reach = Math.round(stepsPerEpoch / REACHES_PER_EPOCH);
  const every = Math.max(1, Math.round(stepsPerEpoch / MEANS_PER_EPOCH));
  return steps.flatMap(({ epoch }, i) => {
    if (i % every !== 0 && i !== steps.length - 1) return [];
    const window = steps.slice(Math.max(0, i - reach), i + reach + 1);
    return [{ epoch, value: window.reduce((sum, { value }) => sum + value, 0) / window.length }];
  });
}

/** From the least positive to the greatest finite value, with some room; something to draw axes by when there is none. */
function logDomain(points: readonly Point[]): [number, number] {
  const values = points.map(({ value }) => value).filter((value) => value > 0 && value < Infinity);
  if (values.length === 0) return [0.1, 10];
  const [least, greatest] = extentOf(values);
  return [least / 1.25, greatest * 1.25];
}

function ticksWithin([from, to]: readonly [number, number]): number[] {
  const decades = Array.from({ length: 80 }, (_, i) => Number(`1e${i - 40}`));
  const inside = (ticks: number[]): number[] => ticks.filter((tick) => tick >= from && tick <= to);
  const steps = to / from < 5000 ? [1, 2, 5] : [1];
  return inside(decades.flatMap((decade) => steps.map((step) => step * decade)));
}

function extentOf(values: readonly number[]): [least: number, greatest: number] {
  let [least, greatest] = [Infinity, -Infinity];
  for (const value of values) {
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  return [least, greatest];
}

function paddedDomain(points: readonly Point[]): [number, number] {
  const values = points.map(({ value }) => value);
  if (values.length === 0) return [0, 100];
  const [least, greatest] = extentOf(values);
  const room = Math.max(0.25, 0.15 * (greatest - least));
  return [Math.max(0, least - room), Math.min(100.5, greatest + room)];
}
