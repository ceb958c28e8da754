import { FONT, svgToPng } from '../../base/svg';
import { plural } from '../../base/words';
import { SEEN, SHIFTS, type PowerOfSetting } from '../../judge/power';
import type { Seen } from '../../judge/power/gate';
import { conditionsText } from '../../run/run';
import { axisFor } from '../html/axis';
import { html, type Html } from '../html/markup';
import { dotSvg, heightAt, lineSvg, placeAt, words, type Panel } from './panel';

const COLOURS = ['#a9c4e0', '#4f8ac0', '#1f5a99', '#0a2a4d'];
const LIMIT = '#d1541a';
const GREY = '#444';
const MARGIN = 24;
const LABELS = 70;
const PANEL = { width: 250, height: 170 };
const GAP = 24;
const HEADING = 130;
const ZOOM = 1.5;
const MOST = Math.max(...SHIFTS);
const PERCENT = axisFor({ kind: 'percent', better: 'higher' }, 'linear', [0, 100]);

/**
 * A PNG of what a gate sees: a row of panels for each setting, and in it one for each metric, with the share of sets that are refused by how far
 * their numbers are moved, and a line for each size of sets.
 */
export function powerPng(settings: readonly PowerOfSetting[]): Promise<Buffer> {
  return svgToPng(powerSvg(settings), ZOOM);
}

/** The same as SVG. */
export function powerSvg(settings: readonly PowerOfSetting[]): string {
  const metrics = [...new Set(settings.flatMap(({ smallest }) => smallest.map(({ metric }) => metric)))];
  const sizes = [...new Set(settings.flatMap(({ gates }) => gates.map(({ runs }) => runs)))];
  const left = MARGIN + LABELS;
  const xOf = (column: number): number => left + column * (PANEL.width + GAP);
  const yOf = (row: number): number => HEADING + row * (PANEL.height + GAP);
  const [width, height] = [xOf(Math.max(2, metrics.length)) + MARGIN - GAP, yOf(settings.length) + 48];
  const legend = sizes.map((runs, i) => {
    const [x, y] = [left + 100 * i, MARGIN + 66];
    const ends = [
      { x, y },
      { x: x + 24, y },
    ];
    return html`${lineSvg(ends, 2.4, colourOf(runs, sizes))}${words(plural(runs, 'run'), x + 30, y + 4, { size: 12 })}`;
  });
  const drawn = [
    words('What is refused', MARGIN, MARGIN + 20, { size: 22, bold: true }),
    words(SUBTITLE, MARGIN, MARGIN + 44, { size: 13 }),
    legend,
    metrics.map((metric, column) =>
      words(metric, xOf(column) + PANEL.width / 2, HEADING - 10, { size: 13, anchor: 'middle' }),
    ),
    settings.map((setting, row) => {
      const middle = yOf(row) + PANEL.height / 2;
      const name = `${conditionsText(setting.conditions) || 'all runs'}: refused, %`;
      return html`<g transform="rotate(-90 ${MARGIN + 14} ${middle})"
          >${words(name, MARGIN + 14, middle, { size: 13, anchor: 'middle', fill: GREY })}</g
        >${metrics.map((metric, column) => {
          const panel = { x: xOf(column), y: yOf(row), ...PANEL, extent: EXTENT, axis: PERCENT };
          return panelSvg(panel, shiftsOf(setting, metric), sizes);
        })}`;
    }),
    metrics.map((_, column) =>
      words('better ← standard deviations → worse', xOf(column) + PANEL.width / 2, height - 20, {
        ...{ size: 12, anchor: 'middle', fill: GREY },
      }),
    ),
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

const SUBTITLE = `of sets of runs that are moved by so many standard deviations; the line is at ${100 * SEEN} %`;
const EXTENT = [-MOST, MOST] as const;

/** Standard deviations to the worse; to the better below 0. */
interface Shift {
  readonly by: number;
  readonly seen: readonly Seen[];
}

/** From the best to the worst. */
function shiftsOf({ changes }: PowerOfSetting, metric: string): Shift[] {
  const shifts = changes.flatMap((change): Shift[] => {
    if (change.kind === 'none') return [{ by: 0, seen: change.seen }];
    if (change.kind !== 'shift' || change.metric !== metric) return [];
    return [{ by: change.towards === 'worse' ? change.size : -change.size, seen: change.seen }];
  });
  return shifts.sort((a, b) => a.by - b.by);
}

function colourOf(runs: number, sizes: readonly number[]): string {
  return COLOURS[COLOURS.length - sizes.length + sizes.indexOf(runs)];
}

function panelSvg(panel: Panel, shifts: readonly Shift[], sizes: readonly number[]): Html {
  const { x, y, width, height, axis } = panel;
  const across = (percent: number, colour: string, dashes: string): Html => {
    const up = heightAt(panel, percent);
    return html`<path d="M${x} ${up}h${width}" stroke="${colour}" stroke-dasharray="${dashes}" />`;
  };
  const grid = axis.ticks.map((tick) => {
    const label = words(axis.label(tick), x - 5, heightAt(panel, tick) + 4, {
      ...{ size: 10, anchor: 'end', fill: GREY },
    });
    return html`${across(tick, '#e6e6e6', 'none')}${label}`;
  });
  const places = [0, ...SHIFTS.filter(Number.isInteger)].flatMap((size) =>
    size === 0 ? [0] : [-size, size],
  );
  const labels = places.map((by) =>
    words(String(Math.abs(by)), placeAt(panel, by), y + height + 14, {
      size: 10,
      anchor: 'middle',
      fill: GREY,
    }),
  );
  const curves = sizes.map((runs) => {
    const points = shifts.flatMap(({ by, seen }) => {
      const of = seen.find((one) => one.runs === runs);
      if (of === undefined) return [];
      return [{ x: placeAt(panel, by), y: heightAt(panel, (100 * of.gate.count) / of.gate.of) }];
    });
    const colour = colourOf(runs, sizes);
    return html`${lineSvg(points, 2, colour)}${points.map((at) => dotSvg(at, colour, 2.6))}`;
  });
  return html`${grid}${labels}${across(100 * SEEN, LIMIT, '4 4')}<rect
      x="${x}"
      y="${y}"
      width="${width}"
      height="${height}"
      fill="none"
      stroke="#bbb"
    />${curves}`;
}
