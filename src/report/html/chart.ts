import { axisFor, type Axis } from './axis';
import {
  CURVE_LAYERS,
  type ChartMetric,
  type Curve,
  type Curves,
  type CurvesOfLearningRate,
  type Point,
  type View,
} from './curves';
import { html, type Html } from './markup';

/** Charts as SVG, drawn alike when a page is written and, by its script, when something is toggled. */

export const CHART_TITLES: Readonly<Record<ChartMetric, string>> = {
  testLoss: 'Test loss',
  accuracy: 'Accuracy on the test set, %',
  trainingLoss: 'Training loss, logged steps',
};

/** Below this width (in CSS pixels), the panels of the learning rates stand below each other. */
const NARROW = 600;
const LEFT = 46;
const GAP = 18;
const TITLE = 24;
const BOTTOM = 34;
const PANEL_HEIGHT = 210;

/** A row of panels, one for each learning rate that is shown, with a common vertical axis. */
export function chartSvg(
  { epochs, learningRates }: Curves,
  metric: ChartMetric,
  view: View,
  width: number,
): Html {
  const shown = learningRates.filter(({ lr }) => !view.hidden.has(lr));
  const axis = axisFor(
    metric,
    view.scale,
    shown.flatMap((of) => valuesOf(of, metric, view)),
  );
  const isNarrow = width < NARROW;
  const rows = isNarrow ? shown.length : 1;
  const columns = isNarrow ? 1 : Math.max(1, shown.length);
  const panelWidth = (width - LEFT - GAP * (columns - 1) - 1) / columns;
  const rowHeight = TITLE + PANEL_HEIGHT + BOTTOM;
  const height = Math.max(1, rows) * rowHeight;
  const panels = shown.map((of, index) => {
    const place = {
      x: LEFT + (isNarrow ? 0 : index * (panelWidth + GAP)),
      y: TITLE + (isNarrow ? index * rowHeight : 0),
      width: panelWidth,
    };
    return panelSvg(of, metric, view, { ...place, axis, epochs, hasLabels: isNarrow || index === 0 });
  });
  const nothing = html`<text class="nothing" x="${r(width / 2)}" y="${r(height / 2)}"
    >no learning rate is shown</text
  >`;
  return html`<svg
    viewBox="0 0 ${r(width)} ${height}"
    width="${r(width)}"
    height="${height}"
    role="img"
    aria-label="${chartText(shown, metric, view)}"
  >
    ${shown.length === 0 ? nothing : panels}
  </svg>`;
}

/** What the chart shows, in words. */
export function chartText(
  shown: readonly CurvesOfLearningRate[],
  metric: ChartMetric,
  { scale, layers }: View,
): string {
  const ends = shown.flatMap(({ lr, curves }) =>
    curves.flatMap((curve) => {
      const [first, last] = [curve[metric][0], curve[metric].at(-1)];
      if ((curve.layer !== 'reported' && curve.layer !== 'reproduced') || !layers.has(curve.layer)) return [];
      if (first === undefined || last === undefined) return [];
      return [
        `learning rate ${lr}, ${curve.name}: from ${valueText(first[1], metric)} to ${valueText(last[1], metric)}`,
      ];
    }),
  );
  return [`${CHART_TITLES[metric]} by epoch, ${scale} axis`, ...ends].join('; ');
}

interface Panel {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly axis: Axis;
  readonly epochs: number;
  /** Of the vertical axis. */
  readonly hasLabels: boolean;
}

function panelSvg(
  { lr, curves, band }: CurvesOfLearningRate,
  metric: ChartMetric,
  view: View,
  panel: Panel,
): Html {
  const { x, y, width, axis, epochs } = panel;
  // Training losses begin at 0 epochs; tests are at the end of each.
  const [from, to] = metric === 'trainingLoss' ? [0, epochs] : [0.6, epochs + 0.4];
  const at = (epoch: number): number => x + (width * (epoch - from)) / (to - from);
  const up = (value: number): number => y + PANEL_HEIGHT * (1 - axis.place(value));
  const grid = axis.ticks.map(
    (tick) =>
      html`<line class="grid" x1="${r(x)}" x2="${r(x + width)}" y1="${r(up(tick))}" y2="${r(up(tick))}" />`,
  );
  const labels = axis.ticks.map(
    (tick) =>
      html`<text class="tick" x="${r(x - 7)}" y="${r(up(tick) + 4)}" text-anchor="end"
        >${axis.label(tick)}</text
      >`,
  );
  const every = Math.ceil(epochs / Math.max(1, Math.floor(width / 32)));
  const epochTicks = Array.from({ length: epochs + 1 }, (_, epoch) => epoch).filter(
    (epoch) => epoch >= from && epoch % every === 0,
  );
  const epochLabels = epochTicks.map((epoch) => {
    // So that the last of one panel does not run into the first of the next.
    const anchor = epoch === from ? 'start' : epoch === to ? 'end' : 'middle';
    return html`<text class="tick" x="${r(at(epoch))}" y="${y + PANEL_HEIGHT + 16}" text-anchor="${anchor}"
      >${epoch}</text
    >`;
  });
  const drawn = CURVE_LAYERS.filter((layer) => view.layers.has(layer)).flatMap((layer) =>
    curves.filter((curve) => curve.layer === layer).map((curve) => curveSvg(curve, metric, at, up)),
  );
  return html`<g class="panel"
    ><text class="lr" x="${r(x)}" y="${y - 9}">learning rate ${lr}</text>
    ${grid}${panel.hasLabels ? labels : undefined}${epochLabels}
    <text class="tick" x="${r(x + width / 2)}" y="${y + PANEL_HEIGHT + 31}" text-anchor="middle">epoch</text>
    ${view.layers.has('band') && metric !== 'trainingLoss' ? bandSvg(band, metric, at, up) : undefined}${drawn}
    <rect class="frame" x="${r(x)}" y="${y}" width="${r(width)}" height="${PANEL_HEIGHT}"
  /></g>`;
}

function bandSvg(
  band: CurvesOfLearningRate['band'],
  metric: 'testLoss' | 'accuracy',
  at: (epoch: number) => number,
  up: (value: number) => number,
): Html | undefined {
  if (band.length === 0) return undefined;
  // A line has no area: a single epoch is as wide as half the way to its neighbours.
  const epochs =
    band.length === 1 ? [-0.25, 0.25].map((shift) => ({ ...band[0], epoch: band[0].epoch + shift })) : band;
  const edge = (end: 0 | 1): string[] => epochs.map((of) => `${r(at(of.epoch))},${r(up(of[metric][end]))}`);
  return html`<polygon class="band" points="${[...edge(1), ...edge(0).reverse()].join(' ')}" />`;
}

function curveSvg(
  curve: Curve,
  metric: ChartMetric,
  at: (epoch: number) => number,
  up: (value: number) => number,
): Html {
  const points = curve[metric];
  let pen = 'M';
  const path = points.map(([epoch, value]) => {
    if (value === null) {
      pen = 'M';
      return '';
    }
    const step = `${pen}${r(at(epoch))} ${r(up(value))}`;
    pen = 'L';
    return step;
  });
  const line = html`<path class="curve ${curve.layer}" d="${path.join('')}" />`;
  if (curve.layer !== 'reported' && curve.layer !== 'reproduced') return line;
  const radius = metric === 'trainingLoss' ? 1.8 : 4;
  return html`${line}${points.map((point) => pointSvg(curve, metric, point, radius, at, up))}`;
}

/** Round where reported, square where ours, so that colour is not all that tells them apart. */
function pointSvg(
  { layer, name }: Curve,
  metric: ChartMetric,
  [epoch, value]: Point,
  radius: number,
  at: (epoch: number) => number,
  up: (value: number) => number,
): Html | undefined {
  if (value === null) return undefined;
  const title = html`<title>${name}, epoch ${epochText(epoch, metric)}: ${valueText(value, metric)}</title>`;
  const [x, y] = [at(epoch), up(value)];
  if (layer === 'reported')
    return html`<circle class="point reported" cx="${r(x)}" cy="${r(y)}" r="${radius}">${title}</circle>`;
  return html`<rect
    class="point reproduced"
    x="${r(x - radius)}"
    y="${r(y - radius)}"
    width="${2 * radius}"
    height="${2 * radius}"
    >${title}</rect
  >`;
}

/** Values that the axis has to have a place for. */
function valuesOf({ curves, band }: CurvesOfLearningRate, metric: ChartMetric, { layers }: View): number[] {
  const ofCurves = curves
    .filter(({ layer }) => layers.has(layer))
    .flatMap((curve) => curve[metric].flatMap(([, value]) => (value === null ? [] : [value])));
  if (metric === 'trainingLoss' || !layers.has('band')) return ofCurves;
  return [...ofCurves, ...band.flatMap((of) => [...of[metric]])];
}

export function valueText(value: number | null, metric: ChartMetric): string {
  if (value === null) return 'not finite';
  return metric === 'accuracy' ? `${value.toFixed(2)} %` : value.toFixed(4);
}

function epochText(epoch: number, metric: ChartMetric): string {
  return metric === 'trainingLoss' ? epoch.toFixed(2) : String(epoch);
}

/** A tenth of a pixel is exact enough. */
function r(coordinate: number): number {
  return Math.round(10 * coordinate) / 10;
}
