import { axisFor, type Axis } from './axis';
import {
  CURVE_LAYERS,
  MAIN_LAYERS,
  type BandPoint,
  type ChartMetric,
  type Curve,
  type Curves,
  type CurvesOfSetting,
  type Point,
  type View,
} from './curves';
import { plural } from '../../base/words';
import { html, type Html } from './markup';

/** Charts as SVG, drawn alike when a page is written and, by its script, when something is toggled. */

/** Below this width (in CSS pixels), the panels of the settings stand below each other. */
const NARROW = 600;
const LEFT = 46;
const GAP = 18;
const TITLE = 24;
const BOTTOM = 34;
const NOTE = 18;
const PANEL_HEIGHT = 210;

/** Where everything of a chart is, in pixels of the chart. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly panels: readonly Panel[];
  /** What the chart does not show, or not in its place. */
  readonly notes: readonly string[];
}

/** The panel of a setting. */
export interface Panel {
  readonly of: CurvesOfSetting;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly axis: Axis;
  /** Of the vertical axis. */
  readonly hasLabels: boolean;
  /** The first and the last place that there is room for. */
  readonly extent: readonly [from: number, to: number];
  /** Of a place on the horizontal axis. */
  readonly at: (place: number) => number;
  /** Of a value. */
  readonly up: (value: number) => number;
}

export function layoutOf({ settings }: Curves, metric: ChartMetric, view: View, width: number): Layout {
  const shown = settings.filter(({ key }) => !view.hidden.has(key));
  const values = shown.flatMap((of) => valuesOf(of, metric, view));
  const axis = axisFor(metric, view.scale, values.filter(Number.isFinite));
  const isNarrow = width < NARROW;
  const rows = isNarrow ? shown.length : 1;
  const columns = isNarrow ? 1 : Math.max(1, shown.length);
  const panelWidth = (width - LEFT - GAP * (columns - 1) - 1) / columns;
  const rowHeight = TITLE + PANEL_HEIGHT + BOTTOM;
  const notes = notesOn(values, axis);
  const [first, last] = metric.extent;
  // What is told per step begins at the start; tests are at the end of each epoch.
  const [from, to] = isAlong(metric) ? [first, last] : [first - 0.4, last + 0.4];
  const panels = shown.map((of, index): Panel => {
    const x = LEFT + (isNarrow ? 0 : index * (panelWidth + GAP));
    const y = TITLE + (isNarrow ? index * rowHeight : 0);
    return {
      ...{ of, x, y, width: panelWidth, height: PANEL_HEIGHT, axis, extent: [from, to] },
      hasLabels: isNarrow || index === 0,
      at: (place) => x + (panelWidth * (place - from)) / (to - from),
      up: (value) => y + PANEL_HEIGHT * (1 - axis.place(value)),
    };
  });
  return { width, height: Math.max(1, rows) * rowHeight + NOTE * notes.length, panels, notes };
}

/** Values that are drawn at the edge of the axis, for want of a place on it, and those that cannot be drawn. */
function notesOn(values: readonly number[], axis: Axis): string[] {
  const beyond = values.filter((value) => Number.isFinite(value) && axis.isBeyond(value)).length;
  const notFinite = values.filter((value) => !Number.isFinite(value)).length;
  return [
    ...(beyond === 0 ? [] : [`${plural(beyond, 'value')} beyond the axis, drawn at its edge`]),
    ...(notFinite === 0 ? [] : [`${plural(notFinite, 'value')} not finite, not drawn`]),
  ];
}

/** A row of panels, one for each setting that is shown, with a common vertical axis. */
export function chartSvg(curves: Curves, metric: ChartMetric, view: View, width: number): Html {
  const { height, panels, notes } = layoutOf(curves, metric, view, width);
  const nothing = html`<text class="nothing" x="${r(width / 2)}" y="${r(height / 2)}"
    >no ${curves.title} is shown</text
  >`;
  const noteTexts = notes.map(
    (note, i) => html`<text class="cut" x="0" y="${height - NOTE * (notes.length - i) + 12}">${note}</text>`,
  );
  return html`<svg
    viewBox="0 0 ${r(width)} ${height}"
    width="${r(width)}"
    height="${height}"
    role="img"
    aria-label="${chartText(panels, metric, view, notes)}"
  >
    ${panels.length === 0 ? nothing : panels.map((panel) => panelSvg(panel, metric, view))}${noteTexts}
  </svg>`;
}

/** What the chart shows, in words. */
function chartText(
  panels: readonly Panel[],
  metric: ChartMetric,
  { scale, layers }: View,
  notes: readonly string[],
): string {
  const ends = panels.flatMap(({ of: { title, curves } }) =>
    curves.flatMap((curve) => {
      const points = curve.series[metric.name];
      const [first, last] = [points.at(0), points.at(-1)];
      if (!MAIN_LAYERS.includes(curve.layer) || !layers.has(curve.layer)) return [];
      if (first === undefined || last === undefined) return [];
      return [
        `${title === '' ? '' : `${title}, `}${curve.name}: from ${valueText(first[1], metric)} to ${valueText(last[1], metric)}`,
      ];
    }),
  );
  return [`${metric.title} by ${metric.axis}, ${scale} axis`, ...ends, ...notes].join('; ');
}

function panelSvg(panel: Panel, metric: ChartMetric, view: View): Html {
  const { x, y, width, axis, at, up } = panel;
  const { title, curves, band } = panel.of;
  const [first, last] = metric.extent;
  const [from, to] = panel.extent;
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
  if (!MAIN_LAYERS.includes(curve.layer)) return line;
  const radius = isAlong(metric) ? 1.8 : 4;
  return html`${line}${points.map((point) => pointSvg(curve, point, radius, at, up))}`;
}

/** Round where reported, square where ours, so that colour is not all that tells them apart. */
function pointSvg(
  { layer }: Curve,
  [epoch, value]: Point,
  radius: number,
  at: (epoch: number) => number,
  up: (value: number) => number,
): Html | undefined {
  if (value === null) return undefined;
  const [x, y] = [at(epoch), up(value)];
  if (layer === 'reported')
    return html`<circle class="point reported" cx="${r(x)}" cy="${r(y)}" r="${radius}" />`;
  return html`<rect
    class="point reproduced"
    x="${r(x - radius)}"
    y="${r(y - radius)}"
    width="${2 * radius}"
    height="${2 * radius}"
  />`;
}

/** Values that the axis has to have a place for; NaN of what is not finite. */
function valuesOf({ curves, band }: CurvesOfSetting, metric: ChartMetric, { layers }: View): number[] {
  const ofCurves = curves
    .filter(({ layer }) => layers.has(layer))
    .flatMap((curve) => curve.series[metric.name].map(([, value]) => value ?? NaN));
  if (!layers.has('band')) return ofCurves;
  return [...ofCurves, ...(band[metric.name] ?? []).flatMap(([, ...interval]) => interval)];
}

export function valueText(value: number | null, metric: ChartMetric): string {
  if (value === null) return 'not finite';
  const digits = value.toFixed(metric.decimals);
  return metric.kind === 'percent' ? `${digits} %` : digits;
}

export function placeText(place: number, { per, axis }: ChartMetric): string {
  return per === 'step' && axis === 'epoch' ? place.toFixed(2) : String(place);
}

/** A tenth of a pixel is exact enough. */
function r(coordinate: number): number {
  return Math.round(10 * coordinate) / 10;
}
