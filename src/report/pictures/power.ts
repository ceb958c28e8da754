import { FONT, svgToPng } from '../../base/svg';
import { plural } from '../../base/words';
import { SEEN, type PowerOfSetting } from '../../judge/power';
import { conditionsText } from '../../run/run';
import { axisFor } from '../html/axis';
import { html, type Html } from '../html/markup';
import { dotSvg, heightAt, lineSvg, panelSvg, placeAt, words, type Panel, type PlacedPoint } from './panel';

const MARGIN = 24;
const LABELS = 70;
const PANEL = { width: 250, height: 170 };
/** Above a panel: its setting and metric. */
const NAME = 30;
/** Below a panel: the labels and the title of its axis. */
const FOOT = 56;
const HEADING = 84;
const LEGEND = 30;
const ZOOM = 1.5;
/** From few runs to many. */
const COLOURS = ['#9db8d6', '#4f8ac0', '#1f5a99', '#0a2a4d'];
const AIM = '#d1541a';

/**
 * A PNG of what a gate sees: a row of panels for each setting, a panel for each metric, with the share of sets that are refused by how far their
 * numbers are moved, and a line for each size of sets.
 */
export function powerPng(settings: readonly PowerOfSetting[]): Promise<Buffer> {
  return svgToPng(powerSvg(settings), ZOOM);
}

/** The same as SVG. */
export function powerSvg(settings: readonly PowerOfSetting[]): string {
  const rows = settings.map((setting) => ({ setting, metrics: metricsOf(setting) }));
  const columns = Math.max(1, ...rows.map(({ metrics }) => metrics.length));
  const sizes = [
    ...new Set(
      settings.flatMap(({ changes }) => changes.flatMap(({ seen }) => seen.map(({ runs }) => runs))),
    ),
  ];
  const top = MARGIN + HEADING + LEGEND;
  const width = MARGIN + columns * (LABELS + PANEL.width) + MARGIN;
  const height = top + rows.length * (NAME + PANEL.height + FOOT) + MARGIN;
  const panels = rows.flatMap(({ setting, metrics }, row) =>
    metrics.map((metric, column) => {
      const x = MARGIN + LABELS + column * (LABELS + PANEL.width);
      const y = top + NAME + row * (NAME + PANEL.height + FOOT);
      const name = `${conditionsText(setting.conditions) || 'all runs'}: ${metric}`;
      return html`${words(name, x, y - 10, { size: 13, bold: true })}${powerPanel(setting, metric, sizes, x, y)}`;
    }),
  );
  return html`<svg
    xmlns="http://www.w3.org/2000/svg"
    width="${width}"
    height="${height}"
    font-family="${FONT}"
  >
    ${words('What is refused', MARGIN, MARGIN + 20, { size: 22, bold: true })}
    ${words('of sets of runs whose numbers are all moved', MARGIN, MARGIN + 44, { size: 14 })}
    ${words(`by so many standard deviations; the line is at ${100 * SEEN} %`, MARGIN, MARGIN + 64, { size: 14 })}
    ${legend(sizes)}${panels}
  </svg>`.text;
}

function legend(sizes: readonly number[]): Html[] {
  return sizes.map((runs, i) => {
    const [x, y] = [MARGIN + i * 90, MARGIN + HEADING];
    const ends = [
      { x, y },
      { x: x + 24, y },
    ];
    return html`${lineSvg(ends, 3, colourOf(i, sizes))}${words(plural(runs, 'run'), x + 30, y + 4, { size: 12 })}`;
  });
}

function powerPanel(
  setting: PowerOfSetting,
  metric: string,
  sizes: readonly number[],
  x: number,
  y: number,
): Html {
  const lines = sizes.map((runs) => refusedOf(setting, metric, runs));
  const furthest = Math.max(1, ...lines.flat().map(({ shift }) => Math.abs(shift)));
  const axis = axisFor({ kind: 'percent', better: 'higher' }, 'linear', [0, 100]);
  const panel: Panel = { x, y, ...PANEL, extent: [-1.05 * furthest, 1.05 * furthest], axis };
  const place = ({ shift, percent }: Refused): PlacedPoint => ({
    x: placeAt(panel, shift),
    y: heightAt(panel, percent),
  });
  const aim = heightAt(panel, 100 * SEEN);
  const drawn = [
    html`<line
      x1="${x}"
      x2="${x + PANEL.width}"
      y1="${aim}"
      y2="${aim}"
      stroke="${AIM}"
      stroke-dasharray="4 4"
    />`,
    lines.map((line, i) => {
      const points = line.map(place);
      return html`${lineSvg(points, 2, colourOf(i, sizes))}${points.map((at) => dotSvg(at, colourOf(i, sizes), 2.4))}`;
    }),
  ];
  const labelled = [-furthest, -furthest / 2, 0, furthest / 2, furthest];
  const axes = { horizontal: 'better ← standard deviations → worse', vertical: 'refused, %', labelled };
  return panelSvg(panel, axes, drawn);
}

function metricsOf({ smallest }: PowerOfSetting): string[] {
  return [...new Set(smallest.map(({ metric }) => metric))];
}

interface Refused {
  /** Standard deviations to the worse; to the better below 0. */
  readonly shift: number;
  readonly percent: number;
}

/** From the best to the worst, of sets of so many runs. */
function refusedOf({ changes }: PowerOfSetting, metric: string, runs: number): Refused[] {
  return changes
    .flatMap((change): Refused[] => {
      const of = change.seen.find((seen) => seen.runs === runs)?.gate;
      if (of === undefined) return [];
      const percent = (100 * of.count) / of.of;
      if (change.kind === 'none') return [{ shift: 0, percent }];
      if (change.kind !== 'shift' || change.metric !== metric) return [];
      return [{ shift: change.towards === 'worse' ? change.size : -change.size, percent }];
    })
    .sort((a, b) => a.shift - b.shift);
}

/** The more runs, the darker. */
function colourOf(index: number, { length }: readonly number[]): string {
  return COLOURS[COLOURS.length - length + index];
}
