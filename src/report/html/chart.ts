import { axisFor, type Axis } from './axis';
import {
  CURVE_LAYERS,
  type BandPoint,
  type ChartMetric,
  type Curve,
  type Curves,
  type CurvesOfSetting,
  type Point,
  type View,
} from './curves';
import { html, type Html } from './markup';

/** Charts as SVG, drawn alike when a page is written and, by its script, when something is toggled. */

/** Below this width (in CSS pixels), the panels of the settings stand below each other. */
const NARROW = 600;
const LEFT = 46;
const GAP = 18;
const TITLE = 24;
const BOTTOM = 34;
const PANEL_HEIGHT = 210;

/** A row of panels, one for each setting that is shown, with a common vertical axis. */
export function chartSvg({ title, settings }: Curves, metric: ChartMetric, view: View, width: number): Html {
  const shown = settings.filter(({ key }) => !view.hidden.has(key));
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
    return panelSvg(of, metric, view, { ...place, axis, hasLabels: isNarrow || index === 0 });
  });
  const nothing = html`<text class="nothing" x="${r(width / 2)}" y="${r(height / 2)}"
    >no ${title} is shown</text
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
  shown: readonly CurvesOfSetting[],
  metric: ChartMetric,
  { scale, layers }: View,
): string {
  const ends = shown.flatMap(({ title, curves }) =>
    curves.flatMap((curve) => {
      const points = curve.series[metric.name];
      const [first, last] = [points.at(0), points.at(-1)];
      if ((curve.layer !== 'reported' && curve.layer !== 'reproduced') || !layers.has(curve.layer)) return [];
      if (first === undefined || last === undefined) return [];
      return [
        `${title === '' ? '' : `${title}, `}${curve.name}: from ${valueText(first[1], metric)} to ${valueText(last[1], metric)}`,
      ];
    }),
  );
  return [`${metric.title} by ${metric.axis}, ${scale} axis`, ...ends].join('; ');
}

interface Panel {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly axis: Axis;
  /** Of the vertical axis. */
  readonly hasLabels: boolean;
}

function panelSvg(
  { title, curves, band }: CurvesOfSetting,
  metric: ChartMetric,
  view: View,
  panel: Panel,
): Html {
  const { x, y, width, axis } = panel;
  const [first, last] = metric.extent;
  // What is told per step begins at the start; tests are at the end of each epoch.
  const [from, to] = isAlong(metric) ? [first, last] : [first - 0.4, last + 0.4];
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
  const every = Math.ceil(
    (last - Math.min(first, 0)) / Math.max(1, Math.floor(width / WIDTH_OF_LABEL[metric.axis])),
  );
  const placeTicks: number[] = [];
  for (let tick = Math.ceil(from / every) * every; tick <= to; tick += every) placeTicks.push(tick);
  const placeLabels = placeTicks.map((place) => {
    // So that the last of one panel does not run into the first of the next.
    const anchor = place === from ? 'start' : place === to ? 'end' : 'middle';
    return html`<text class="tick" x="${r(at(place))}" y="${y + PANEL_HEIGHT + 16}" text-anchor="${anchor}"
      >${place}</text
    >`;
  });
  const drawn = CURVE_LAYERS.filter((layer) => view.layers.has(layer)).flatMap((layer) =>
    curves.filter((curve) => curve.layer === layer).map((curve) => curveSvg(curve, metric, at, up)),
  );
  return html`<g class="panel"
    ><text class="setting" x="${r(x)}" y="${y - 9}">${title}</text>
    ${grid}${panel.hasLabels ? labels : undefined}${placeLabels}
    <text class="tick" x="${r(x + width / 2)}" y="${y + PANEL_HEIGHT + 31}" text-anchor="middle"
      >${metric.axis}</text
    >
    ${view.layers.has('band') ? bandSvg(band[metric.name] ?? [], at, up) : undefined}${drawn}
    <rect class="frame" x="${r(x)}" y="${y}" width="${r(width)}" height="${PANEL_HEIGHT}"
  /></g>`;
}

const WIDTH_OF_LABEL = { epoch: 32, step: 64 };

/** Whether points lie along a training, rather than one at the end of each epoch. */
function isAlong({ per, axis }: ChartMetric): boolean {
  return per === 'step' || axis === 'step';
}

function bandSvg(
  band: readonly BandPoint[],
  at: (place: number) => number,
  up: (value: number) => number,
): Html | undefined {
  if (band.length === 0) return undefined;
  // A line has no area: a single epoch is as wide as half the way to its neighbours.
  const [[only, ...interval]] = band;
  const points =
    band.length === 1 ? [-0.25, 0.25].map((shift) => [only + shift, ...interval] as const) : band;
  const edge = (end: 1 | 2): string[] => points.map((of) => `${r(at(of[0]))},${r(up(of[end]))}`);
  return html`<polygon class="band" points="${[...edge(2), ...edge(1).reverse()].join(' ')}" />`;
}

function curveSvg(
  curve: Curve,
  metric: ChartMetric,
  at: (epoch: number) => number,
  up: (value: number) => number,
): Html {
  const points = curve.series[metric.name];
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
  const radius = isAlong(metric) ? 1.8 : 4;
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
  const title = html`<title>
    ${name}, ${metric.axis} ${placeText(epoch, metric)}: ${valueText(value, metric)}
  </title>`;
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
function valuesOf({ curves, band }: CurvesOfSetting, metric: ChartMetric, { layers }: View): number[] {
  const ofCurves = curves
    .filter(({ layer }) => layers.has(layer))
    .flatMap((curve) => curve.series[metric.name].flatMap(([, value]) => (value === null ? [] : [value])));
  if (!layers.has('band')) return ofCurves;
  return [...ofCurves, ...(band[metric.name] ?? []).flatMap(([, ...interval]) => interval)];
}

export function valueText(value: number | null, metric: ChartMetric): string {
  if (value === null) return 'not finite';
  const digits = value.toFixed(metric.decimals);
  return metric.kind === 'percent' ? `${digits} %` : digits;
}

function placeText(place: number, { per, axis }: ChartMetric): string {
  return per === 'step' && axis === 'epoch' ? place.toFixed(2) : String(place);
}

/** A tenth of a pixel is exact enough. */
function r(coordinate: number): number {
  return Math.round(10 * coordinate) / 10;
}
