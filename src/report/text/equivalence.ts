import { pythonFixed } from '../../base/printf';
import { mean, type ComparedLr, type ComparedMetric, type Equivalence } from '../../judge/equivalence';
import { ALPHA } from '../../statistics/tost';
import { table } from './table';

const NAMES = { testLoss: 'test loss', accuracy: 'accuracy in %' };

/** What was compared, test by test, and what comes of it. */
export function equivalenceText({ verdict, lrs }: Equivalence): string {
  return `${metricTable(lrs)}\n\n${collapseTable(lrs)}\n\n${verdict}: ${REASONS[verdict]}\n`;
}

const REASONS = {
  pass: 'no test finds a difference, and all means are equivalent within their margins',
  fail: `a test finds a difference (p adjusted by Holm below ${ALPHA})`,
  inconclusive: 'no test finds a difference, but not all means are shown to be equivalent',
};

function metricTable(lrs: readonly ComparedLr[]): string {
  const rows = lrs.flatMap(({ lr, metrics }) =>
    metrics.map((compared, i) => [i === 0 ? String(lr) : '', ...cellsOf(compared)]),
  );
  const groups = [
    { heading: '', columns: ['lr', 'after the last epoch'] },
    { heading: 'ensemble', columns: ['n', 'mean ± sd'] },
    { heading: 'others', columns: ['n', 'mean ± sd'] },
    { heading: 'equivalence (TOST)', columns: ['difference, 90 %', 'margin', 'p'] },
    { heading: 'Kolmogorov–Smirnov', columns: ['D', 'p', 'Holm'] },
  ];
  return table(groups, rows);
}

function cellsOf({ metric, samples, tost, kolmogorovSmirnov }: ComparedMetric): string[] {
  const decimals = metric === 'testLoss' ? 4 : 2;
  const show = (value: number): string => pythonFixed(value, decimals);
  const signed = (value: number): string => `${value < 0 ? '' : '+'}${show(value)}`;
  const { lower, upper } = tost.interval;
  return [
    NAMES[metric],
    ...samples.flatMap((sample) => [String(sample.length), `${show(mean(sample))} ± ${show(sdOf(sample))}`]),
    `${signed(tost.difference)} (${signed(lower)} … ${signed(upper)})`,
    `±${show(tost.margin)}`,
    probability(tost.pValue),
    pythonFixed(kolmogorovSmirnov.statistic, 2),
    probability(kolmogorovSmirnov.pValue),
    probability(kolmogorovSmirnov.adjusted),
  ];
}

function collapseTable(lrs: readonly ComparedLr[]): string {
  const groups = [
    { heading: '', columns: ['lr'] },
    { heading: 'collapsed', columns: ['ensemble', 'others'] },
    { heading: 'Fisher’s exact test', columns: ['p', 'Holm'] },
  ];
  const rows = lrs.map(({ lr, collapsed: { ensemble, others, pValue, adjusted } }) => [
    String(lr),
    ...[ensemble, others].map(({ count, of }) => `${count} of ${of}`),
    ...[pValue, adjusted].map(probability),
  ]);
  return table(groups, rows);
}

function probability(value: number): string {
  return value < 0.0005 ? '< 0.001' : pythonFixed(value, 3);
}

function sdOf(values: readonly number[]): number {
  const center = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1));
}
