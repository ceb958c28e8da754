import { chartSvg } from '../../../src/report/html/chart';
import { chartCsv } from '../../../src/report/html/csv';
import { CURVE_LAYERS, type ChartMetric, type Curves, type View } from '../../../src/report/html/curves';
import { curvesOfAudit } from '../../../src/report/html/curvesOf';
import type { Run } from '../../../src/run/run';
import { sampleAudit } from '../sampleAudit';

const sample = sampleAudit();

function curvesOf(ours: readonly Run[]): Curves {
  return curvesOfAudit(sample.audit, { ...sample, ours });
}

function drawn(curves: Curves, layer: string, lr: number): Curves['settings'][number]['curves'] {
  return curves.settings
    .find(({ key }) => key === `lr ${lr}`)!
    .curves.filter((curve) => curve.layer === layer);
}

describe('the median of our seeds', () => {
  const ours = sample.ours.filter(({ conditions }) => conditions.lr === 0.01);

  test('is that of those that learned, at each epoch', () => {
    const curves = curvesOf(ours);
    const [median, ...others] = drawn(curves, 'median', 0.01);
    const seeds = drawn(curves, 'seeds', 0.01);
    expect(others).toEqual([]);
    expect(seeds).toHaveLength(15);
    for (const [epoch, value] of median.series.accuracy) {
      const values = seeds.map(({ series }) => series.accuracy.find(([at]) => at === epoch)![1]!);
      // An odd count: the one in the middle.
      expect(value).toBe(values.sort((a, b) => a - b)[7]);
    }
    expect(median.series.accuracy).toHaveLength(5);
    expect(curves.settings[2].seeds).toEqual({ learned: 15, collapsed: 8, drawn: 23 });
  });

  test('is not drawn of one seed, nor of other data', () => {
    const learned = ours.filter(({ series }) => series.accuracy.at(-1)!.value > 50);
    expect(drawn(curvesOf(learned.slice(0, 1)), 'median', 0.01)).toEqual([]);
    expect(drawn(curvesOf(learned.slice(0, 2)), 'median', 0.01)).toHaveLength(1);
    expect(drawn(curvesOf([]), 'median', 0.01)).toEqual([]);
  });

  test('takes what is not finite for the worst', () => {
    const [one, two, three] = ours.filter(({ series }) => series.accuracy.at(-1)!.value > 50);
    const diverged = (run: Run): Run => ({
      ...run,
      series: {
        ...run.series,
        'test loss': run.series['test loss'].map((point) => ({ ...point, value: NaN })),
      },
    });
    const medianOf = (runs: readonly Run[]): (number | null)[] =>
      drawn(curvesOf(runs), 'median', 0.01)[0].series['test loss'].map(([, value]) => value);
    const losses = [one, two].map((run) => run.series['test loss'][0].value);
    expect(medianOf([one, two, diverged(three)])[0]).toBeCloseTo(Math.max(...losses), 4);
    expect(medianOf([one, diverged(two), diverged(three)])).toEqual([null, null, null, null, null]);
  });
});

/** A chart of one curve. */
function curvesWith(
  metric: Pick<ChartMetric, 'kind' | 'better'>,
  values: readonly (number | null)[],
): [Curves, ChartMetric] {
  const chart: ChartMetric = {
    ...metric,
    ...{
      name: 'score',
      per: 'epoch',
      decimals: 2,
      id: 'score',
      title: 'Score',
      axis: 'epoch',
      extent: [1, values.length],
    },
  };
  const series = { score: values.map((value, i) => [i + 1, value] as const) };
  const setting = { key: '', name: '', title: '', seeds: { learned: 0, collapsed: 0, drawn: 0 }, band: {} };
  const curve = { layer: 'reported', name: 'reported', series } as const;
  return [{ title: '', metrics: [chart], settings: [{ ...setting, curves: [curve] }] }, chart];
}

const VIEW: View = { hidden: new Set(), layers: new Set([...CURVE_LAYERS, 'band']), scale: 'logarithmic' };

describe('what a chart does not show in its place is said below it', () => {
  const notesOf = (...of: Parameters<typeof curvesWith>): string[] =>
    [...chartSvg(...curvesWith(...of), VIEW, 800).text.matchAll(/class="cut"[^>]*>([^<]*)/g)].map(
      ([, note]) => note,
    );
  const percent = { kind: 'percent', better: 'higher' } as const;
  const loss = { kind: 'loss', better: 'lower' } as const;

  test.each([
    ['nothing', percent, [98, 99, 99.9], []],
    [
      '100 % on a logarithmic axis of what is missing',
      percent,
      [98, 100, 100],
      ['2 values beyond the axis, drawn at its edge'],
    ],
    [
      'a loss of 0 on a logarithmic axis',
      loss,
      [0.1, 0.01, 0],
      ['1 value beyond the axis, drawn at its edge'],
    ],
    [
      'a loss below 0 on a logarithmic axis',
      loss,
      [0.1, 0.2, -0.1],
      ['1 value beyond the axis, drawn at its edge'],
    ],
    ['a loss that is not finite', loss, [0.1, 0.2, null], ['1 value not finite, not drawn']],
  ] as const)('%s', (_, metric, values, notes) => {
    expect(notesOf(metric, values)).toEqual(notes);
  });
});

test('a CSV has no cell that a spreadsheet would compute, and says what is not finite by an empty one', () => {
  const [curves, metric] = curvesWith({ kind: 'percent', better: 'higher' }, [-1, null]);
  const [setting] = curves.settings;
  const evil = { ...curves, settings: [{ ...setting, key: '=1+1,"x"' }] };
  expect(chartCsv(evil, metric, VIEW)).toBe(
    [
      'setting,layer,series,epoch,score',
      `"'=1+1,""x""",reported,reported,1,-1`,
      `"'=1+1,""x""",reported,reported,2,`,
      '',
    ].join('\r\n'),
  );
});
