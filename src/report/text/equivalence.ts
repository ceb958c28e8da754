import { pythonFixed } from '../../base/printf';
import { mean, type ComparedMetric, type ComparedSetting, type Equivalence } from '../../judge/equivalence';
import { ALPHA } from '../../statistics/tost';
import { metricHeading } from '../words';
import { colourOf, PLAIN } from './colours';
import { table } from './table';

/** What was compared, test by test, and what comes of it. */
export function equivalenceText(
  { verdict, settings }: Equivalence,
  colours = PLAIN,
  columns?: number,
): string {
  const said = colourOf(verdict, colours)(colours.bold(verdict));
  return `${metricTable(settings, columns)}\n\n${collapseTable(settings, columns)}\n\n${said}: ${REASONS[verdict]}\n`;
}

const REASONS = {
  pass: 'no test finds a difference, and all means are equivalent within their margins',
  fail: `a test finds a difference (p adjusted by Holm below ${ALPHA})`,
  inconclusive: 'no test finds a difference, but not all means are shown to be equivalent',
};

function metricTable(settings: readonly ComparedSetting[], columns?: number): string {
  const names = namesOf(settings);
  const rows = settings.flatMap(({ conditions, metrics }) =>
    metrics.map((compared, i) => [
      ...names.map((name) => (i === 0 ? String(conditions[name]) : '')),
      ...cellsOf(compared),
    ]),
  );
  const groups = [
    { heading: '', columns: [...names, 'after the last epoch'] },
    { heading: 'ensemble', columns: ['n', 'mean ± sd'] },
    { heading: 'others', columns: ['n', 'mean ± sd'] },
    { heading: 'equivalence (TOST)', columns: ['difference, 90 %', 'margin', 'p'] },
    { heading: 'Kolmogorov–Smirnov', columns: ['D', 'p', 'Holm'] },
  ];
  return table(groups, rows, columns);
}

function cellsOf({ metric, samples, tost, kolmogorovSmirnov }: ComparedMetric): string[] {
  const show = (value: number): string => pythonFixed(value, metric.decimals);
  const signed = (value: number): string => `${value < 0 ? '' : '+'}${show(value)}`;
  const { lower, upper } = tost.interval;
  return [
    metricHeading(metric),
    ...samples.flatMap((sample) => [String(sample.length), `${show(mean(sample))} ± ${show(sdOf(sample))}`]),
    `${signed(tost.difference)} (${signed(lower)} … ${signed(upper)})`,
    `±${show(tost.margin)}`,
    probability(tost.pValue),
    pythonFixed(kolmogorovSmirnov.statistic, 2),
    probability(kolmogorovSmirnov.pValue),
    probability(kolmogorovSmirnov.adjusted),
  ];
}

function collapseTable(settings: readonly ComparedSetting[], columns?: number): string {
  const names = namesOf(settings);
  const groups = [
    { heading: '', columns: names },
    { heading: 'collapsed', columns: ['ensemble', 'others'] },
    { heading: 'Fisher’s exact test', columns: ['p', 'Holm'] },
  ];
  const rows = settings.map(({ conditions, collapsed: { ensemble, others, pValue, adjusted } }) => [
    ...names.map((name) => String(conditions[name])),
    ...[ensemble, others].map(({ count, of }) => `${count} of ${of}`),
    ...[pValue, adjusted].map(probability),
  ]);
  return table(groups, rows, columns);
}

/** Of the conditions, which all settings have. */
function namesOf([first]: readonly ComparedSetting[]): string[] {
  return Object.keys(first.conditions);
}

function probability(value: number): string {
  return value < 0.0005 ? '< 0.001' : pythonFixed(value, 3);
}

function sdOf(values: readonly number[]): number {
  const center = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1));
}
