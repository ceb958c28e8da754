import { jStat } from 'jstat';
import { hasCollapsed, type Guess } from '../../judge/collapse';
import type { Point } from '../../run/run';
import type { Metric } from '../../study/types';
import type { RunNumbers } from '../types';
import { epochsOf } from '../views';

export interface ScoreTerms {
  readonly metrics: readonly Metric[];
  /** Missing where the study does not say what a guess is: then no run is taken for one that collapsed. */
  readonly guess?: Guess;
}

/**
 * How well runs of one setting predict a reported one: the logarithm of a predictive density, so that a difference of 1 is a
 * factor of e. All metrics count the same, however many numbers there are of each, because those of one metric go together: losses, and
 * shares of wrong samples, on a logarithmic scale. The density of a number is Student's t about the mean
 * of the runs, with their variance, pooled over the metric, and n − 1 degrees of freedom. The chance that a run does not collapse
 * counts, too.
 *
 * @param reported with as many epochs as the runs have, or more
 * @param runs at least two of which did not collapse
 * @returns undefined where there are fewer
 */
export function predictiveScore(
  reported: RunNumbers,
  runs: readonly RunNumbers[],
  { metrics, guess }: ScoreTerms,
): number | undefined {
  const good = guess === undefined ? runs : runs.filter((run) => !hasCollapsed(run, metrics, guess));
  if (good.length < 2) return undefined;
  const survival = Math.log((good.length + 1) / (runs.length + 2));
  const epochs = Math.min(...good.map((run) => epochsOf(run).length));
  const scores = metrics.flatMap((metric) => {
    const ours = good.map((run) => scaledValues(run, metric, epochs));
    const cells = scaledValues(reported, metric, epochs).map((value, i) => ({
      value,
      ours: ours.map((values) => values[i]),
    }));
    return cells.length === 0 ? [] : [meanDensity(cells)];
  });
  return survival + sum(scores);
}

/** Numbers of a run's first epochs, in a fixed order. */
function scaledValues(run: RunNumbers, metric: Metric, epochs: number): number[] {
  const first = new Set(epochsOf(run).slice(0, epochs));
  return (run.series[metric.name] ?? [])
    .filter(({ epoch }) => epoch !== undefined && first.has(epoch))
    .map((point) => scaled(metric, point));
}

/** Far below every loss of a batch but that of one without any doubt, which may print as 0. */
const LEAST_LOSS = 1e-3;

function scaled({ kind, better, per }: Metric, { value, count }: Point): number {
  if (kind === 'real') return value;
  if (kind === 'loss') return Math.log(per === 'step' ? value + LEAST_LOSS : value);
  const whole = kind === 'percent' ? 100 : 1;
  const wrong = (better === 'higher' ? whole - value : value) / whole;
  // With half a sample more, so that a run without mistakes has a logarithm.
  return count === undefined ? Math.log(wrong + LEAST_LOSS) : Math.log(wrong * count.of + 0.5);
}

interface Cell {
  readonly value: number;
  readonly ours: readonly number[];
}

function meanDensity(cells: readonly Cell[]): number {
  const moments = cells.map(({ ours }) => {
    const mean = sum(ours) / ours.length;
    return { mean, variance: sum(ours.map((x) => (x - mean) ** 2)) / (ours.length - 1) };
  });
  const n = cells[0].ours.length;
  const variance = sum(moments.map(({ variance }) => variance)) / cells.length;
  const scale = Math.sqrt(variance * (1 + 1 / n));
  const densities = cells.map(
    ({ value }, i) => logStudent((value - moments[i].mean) / scale, n - 1) - Math.log(scale),
  );
  return sum(densities) / densities.length;
}

/** Logarithm of the density of Student's t. */
export function logStudent(t: number, degrees: number): number {
  return (
    jStat.gammaln((degrees + 1) / 2) -
    jStat.gammaln(degrees / 2) -
    Math.log(degrees * Math.PI) / 2 -
    ((degrees + 1) / 2) * Math.log1p(t ** 2 / degrees)
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
