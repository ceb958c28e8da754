import { pythonFixed } from '../../base/printf';
import type { RunRecord } from '../../run/record';
import { accuracyOf } from '../../run/record';
import { FONT, svgToPng } from '../../base/svg';
import { axisFor } from '../html/axis';
import { html, type Html } from '../html/markup';
import {
  dotSvg,
  heightAt,
  lineSvg,
  offTheCurve,
  panelSvg,
  placeAt,
  ringSvg,
  words,
  type Axes,
  type Panel,
  type PlacedPoint,
} from './panel';

const TRAINING = '#bccfe4';
const TRAINING_MEAN = '#1f5a99';
const LOGGED_STEP = '#0a2a4d';
const TEST = '#d1541a';
const MARGIN = 24;
const LABELS = 70;
const PANEL = { width: 470, height: 330 };
const LEGEND_ROW = 22;
/** Between the labels of epochs, at least. */
const LABEL_WIDTH = 32;
const ZOOM = 1.5;
/** The running mean is over a twentieth of an epoch on either side … */
const REACHES_PER_EPOCH = 20;
/** … and drawn so many times an epoch. */
const MEANS_PER_EPOCH = 40;
/** Beyond that, the labels of the epochs' accuracies would run into each other. */
const MOST_LABELS = 8;

/**
 * A PNG of a run's curves: on the left the loss of every training step, its running mean, the logged steps and the test loss; on the
 * right the accuracy after each epoch. Losses that are not finite are not drawn, and counted; so are those beyond the axis, which are
 * drawn on its edge.
 *
 * @param record of a run whose epochs are all done
 * @param logInterval every how many batches of an epoch the log has a line
 * @param run what was trained, such as `digits, lr 0.001, seed 1`
 */
export function trainingHistoryPng(record: RunRecord, logInterval: number, run: string): Promise<Buffer> {
  return svgToPng(historySvg(record, logInterval, run), ZOOM);
}

interface Point {
  /** In epochs since the start. */
  readonly epoch: number;
  readonly value: number;
}

/** The same as SVG. */
export function historySvg(record: RunRecord, logInterval: number, run: string): string {
  const { losses, epochs } = record;
  const heading = [`${run}${summaryOf(epochs)}`, ...faultsOf(losses)];
  const top = MARGIN + 40 + 20 * heading.length + 2 * LEGEND_ROW + 16;
  const lossX = MARGIN + LABELS;
  const accuracyX = lossX + PANEL.width + MARGIN + LABELS;
  const [width, height] = [accuracyX + PANEL.width + MARGIN, top + PANEL.height + 72];
  const drawn = [
    words('Training history', MARGIN, MARGIN + 20, { size: 22, bold: true }),
    heading.map((line, i) => words(line, MARGIN, MARGIN + 46 + 20 * i, { size: 14 })),
    lossPanel(record, logInterval, lossX, top),
    accuracyPanel(epochs, accuracyX, top),
  ];
  return html`<svg
    xmlns="http://www.w3.org/2000/svg"
    width="${width}"
    height="${height}"
    font-family="${FONT}"
  >
    ${drawn}
  </svg>`.text;
}

function lossPanel({ losses, epochs }: RunRecord, logInterval: number, x: number, y: number): Html {
  const stepsPerEpoch = losses.length / epochs.length;
  const steps = losses.map((value, i): Point => ({ epoch: (i + 1) / stepsPerEpoch, value }));
  const means = meansOf(steps, stepsPerEpoch);
  const logged = steps.filter((_, i) => (i % stepsPerEpoch) % logInterval === 0);
  const tests = epochs.map(({ epoch, testLoss }): Point => ({ epoch, value: testLoss }));
  const values = [...means, ...tests, ...logged].map(({ value }) => value).filter(Number.isFinite);
  const axis = axisFor({ kind: 'loss', better: 'lower' }, 'logarithmic', values);
  const panel: Panel = { x, y, ...PANEL, extent: [0, epochs.length], axis };
  const place = ({ epoch, value }: Point): PlacedPoint | undefined =>
    Number.isFinite(value) ? { x: placeAt(panel, epoch), y: heightAt(panel, value) } : undefined;
  const marks = (points: readonly Point[], mark: (at: PlacedPoint) => Html): Html[] =>
    points.flatMap((point) => {
      const at = place(point);
      return at === undefined ? [] : [mark(at)];
    });
  const ring = (at: PlacedPoint): Html => ringSvg(at, LOGGED_STEP);
  const dot = (at: PlacedPoint): Html => dotSvg(at, TEST);
  const sample = (line: (points: readonly PlacedPoint[]) => Html) => (at: PlacedPoint) =>
    line([
      { ...at, x: at.x - 12 },
      { ...at, x: at.x + 12 },
    ]);
  const each = (points: readonly (PlacedPoint | undefined)[]): Html => lineSvg(points, 0.8, TRAINING);
  const mean = (points: readonly (PlacedPoint | undefined)[]): Html => lineSvg(points, 2.4, TRAINING_MEAN);
  const test = (points: readonly (PlacedPoint | undefined)[]): Html => lineSvg(points, 2, TEST);
  const curves = [
    each(steps.map(place)),
    marks(logged, ring),
    mean(means.map(place)),
    test(tests.map(place)),
    marks(tests, dot),
  ];
  // Each with the mark that it is drawn with.
  const legend: readonly (readonly [string, (at: PlacedPoint) => Html])[] = [
    ['training, each step', sample(each)],
    ['training, running mean', sample(mean)],
    ['training, logged steps', ring],
    ['test set', (at) => html`${sample(test)(at)}${dot(at)}`],
  ];
  const entries = legend.map(([name, mark], i) => {
    const at = { x: x + 14 + (i % 2) * 230, y: y - 16 - LEGEND_ROW * (1 - Math.floor(i / 2)) };
    return html`${mark(at)}${words(name, at.x + 20, at.y + 4, { size: 12 })}`;
  });
  // The axis has room around all that it is made for.
  const isBeyond = ({ value }: Point): boolean =>
    Number.isFinite(value) && [0, 1].includes(axis.place(value));
  const beyond = steps.filter(isBeyond).length;
  const note =
    beyond === 0
      ? undefined
      : words(
          `${beyond} of ${steps.length} steps lie beyond the axis: drawn on its edge`,
          x,
          y + PANEL.height + 56,
          {
            ...{ size: 11, fill: '#666' },
          },
        );
  return html`${entries}${panelSvg(panel, axesOf(panel, 'loss, logarithmic', epochs.length), curves)}${note}`;
}

function accuracyPanel(epochs: RunRecord['epochs'], x: number, y: number): Html {
  const values = epochs.map(accuracyOf);
  const axis = axisFor({ kind: 'percent', better: 'higher' }, 'linear', padded(values));
  const panel: Panel = { x, y, ...PANEL, extent: [0.5, epochs.length + 0.5], axis };
  const curve = epochs.map((epoch): PlacedPoint => ({
    x: placeAt(panel, epoch.epoch),
    y: heightAt(panel, accuracyOf(epoch)),
  }));
  const labels = curve.flatMap((at, i) => {
    if (curve.length > MOST_LABELS && i > 0 && i < curve.length - 1) return [];
    const baseline = offTheCurve(curve, at, LABEL, panel);
    return [words(pythonFixed(values[i], 2), at.x, baseline, { size: 13, anchor: 'middle', fill: '#333' })];
  });
  const drawn = [lineSvg(curve, 2, TEST), curve.map((at) => dotSvg(at, TEST)), labels];
  return panelSvg(panel, axesOf(panel, 'accuracy on the test set, %', epochs.length), drawn);
}

/** Epochs are labelled as far as there is room. */
function axesOf({ width, extent }: Panel, vertical: string, epochs: number): Axes {
  const every = Math.max(1, Math.ceil(epochs / Math.floor(width / LABEL_WIDTH)));
  const labelled: number[] = [];
  for (let epoch = Math.ceil(extent[0]); epoch <= epochs; epoch += every) labelled.push(epoch);
  return { horizontal: 'epoch', vertical, labelled };
}

/** Of a number such as 98.49 in letters of 13 units. */
const LABEL = { width: 40, height: 10 };

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

/** The least and the greatest value with room for labels. */
function padded(values: readonly number[]): number[] {
  if (values.length === 0) return [0, 100];
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const room = Math.max(0.25, 0.15 * (greatest - least));
  return [Math.max(0, least - room), Math.min(100, greatest + room)];
}
