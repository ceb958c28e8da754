import type { TopLevelSpec } from 'vega-lite';
import { plural } from '../../base/words';
import { FONT, svgToPng } from '../../base/svg';
import { SEEN, type PowerOfSetting } from '../../judge/power';
import type { Seen } from '../../judge/power/gate';
import { conditionsText } from '../../run/run';

const PANEL = { width: 250, height: 170 };
const ZOOM = 1.5;
const COLOURS = ['#9db8d6', '#4f8ac0', '#1f5a99', '#0a2a4d'];

/**
 * A PNG of what a gate sees: a row of panels for each setting, a panel for each metric, with the share of sets that are refused by how far their
 * numbers are moved, and a line for each size of sets.
 */
export async function powerPng(settings: readonly PowerOfSetting[]): Promise<Buffer> {
  // Loaded here, because only pictures need them, and they take a while.
  const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')]);
  const view = new vega.View(vega.parse(vegaLite.compile(powerSpec(settings)).spec), { renderer: 'none' });
  try {
    return await svgToPng(await view.toSVG(), ZOOM);
  } finally {
    view.finalize();
  }
}

interface Refused {
  readonly setting: string;
  readonly metric: string;
  /** Standard deviations to the worse; to the better below 0. */
  readonly shift: number;
  /** Judged at once: `5 runs`. */
  readonly runs: string;
  /** In percent. */
  readonly refused: number;
}

function refusedOf({ conditions, changes, smallest }: PowerOfSetting): Refused[] {
  const setting = conditionsText(conditions) || 'all runs';
  const metrics = [...new Set(smallest.map(({ metric }) => metric))];
  const at = (metric: string, shift: number, seen: readonly Seen[]): Refused[] =>
    seen.map(({ runs, gate }) => ({
      ...{ setting, metric, shift, runs: plural(runs, 'run') },
      refused: (100 * gate.count) / gate.of,
    }));
  return changes.flatMap((change): Refused[] => {
    switch (change.kind) {
      case 'none':
        return metrics.flatMap((metric) => at(metric, 0, change.seen));
      case 'shift':
        return at(change.metric, change.towards === 'worse' ? change.size : -change.size, change.seen);
      default:
        return [];
    }
  });
}

function powerSpec(settings: readonly PowerOfSetting[]): TopLevelSpec {
  const values = settings.flatMap(refusedOf);
  const inOrder = (key: 'setting' | 'metric' | 'runs'): string[] => [...new Set(values.map((of) => of[key]))];
  const sizes = inOrder('runs');
  return {
    background: 'white',
    padding: 24,
    title: {
      text: 'What is refused',
      subtitle: [
        'of sets of runs whose numbers are all moved',
        `by so many standard deviations; the line is at ${100 * SEEN} %`,
      ],
      anchor: 'start',
      ...{ fontSize: 22, subtitleFontSize: 14, subtitlePadding: 6, offset: 18 },
    },
    data: { values },
    facet: {
      row: { field: 'setting', type: 'nominal', title: null, sort: inOrder('setting') },
      column: { field: 'metric', type: 'nominal', title: null, sort: inOrder('metric') },
    },
    spec: {
      ...PANEL,
      layer: [
        {
          mark: { type: 'rule', color: '#d1541a', strokeDash: [4, 4] },
          encoding: { y: { datum: 100 * SEEN } },
        },
        {
          mark: { type: 'line', strokeWidth: 2, point: { size: 30 } },
          encoding: {
            x: { field: 'shift', type: 'quantitative', title: 'better ← standard deviations → worse' },
            y: { field: 'refused', type: 'quantitative', title: 'refused, %', scale: { domain: [0, 100] } },
            color: {
              ...{ field: 'runs', type: 'nominal', sort: sizes },
              scale: { domain: sizes, range: COLOURS.slice(-sizes.length) },
              legend: { title: null, orient: 'top', symbolType: 'stroke' },
            },
          },
        },
      ],
    },
    config: {
      font: FONT,
      axis: { labelFontSize: 12, titleFontSize: 13, titleFontWeight: 'normal', gridColor: '#e6e6e6' },
      header: { labelFontSize: 13 },
      legend: { labelFontSize: 12, symbolStrokeWidth: 3, symbolSize: 220, labelLimit: 0 },
      view: { stroke: '#bbb' },
    },
  };
}
