import { pythonFixed } from '../base/printf';
import { placeOf, type Point, type Run } from '../run/run';
import { choicesOf, maxTest } from '../statistics/permutation';
import type { Metric } from '../study/types';
import type { Guess } from './collapse';
import { toScale, worseOn } from './scale';
import { fateOf, momentsOfSeries } from './score';

/**
 * Whether several runs of one setting are, together, like those of its ensemble. Each run has a few features, which are means over many
 * numbers, so that five runs of which none stands out may yet be seen to be all a little off. The test is statistics/permutation.ts: exact,
 * whatever the distribution over seeds is, runs that never learned and runs that diverged among them.
 */

/** One run, as it is compared with others. */
export type JointRun = Pick<Run, 'series'>;

/**
 * What is looked at of a run. Of each metric: `level`, the mean of its numbers, `trend`, how it goes from the first to the last, and `start`,
 * the first one, each in standard deviations of the number in question. Of the run: the logarithm of how far its `farthest` number is from the
 * mean, and whether it `collapsed` or `diverged`; then it has no curve, and is in the middle of all others by the rest.
 */
export interface Feature {
  readonly kind: 'level' | 'trend' | 'start' | 'farthest' | 'collapsed' | 'diverged';
  /** Missing where it is one of the whole run. */
  readonly metric?: Metric;
}

export interface DeviatingFeature extends Feature {
  /** Of one of several features that are looked at. */
  readonly pValue: number;
  /** Mean of the judged runs less that of the ensemble, in the standard deviations of runs; of `collapsed` and `diverged`, of the shares. */
  readonly difference: number;
  /** Whether that way is worse for the metric; better is as suspicious. */
  readonly isWorse: boolean;
}

export interface JointJudgement {
  /** Judged together. */
  readonly runs: number;
  /** That they were compared with. */
  readonly ensemble: number;
  /** At most the level exactly when they are unlike. */
  readonly pValue: number;
  readonly level: number;
  readonly verdict: 'pass' | 'fail';
  /** How many choices of as many runs were looked at, and whether they are all. */
  readonly choices: number;
  readonly isExact: boolean;
  /** Those by which the runs are unlike. */
  readonly deviating: readonly DeviatingFeature[];
}

const MOST_CHOICES = 9_999;

/**
 * @param judged two at least, with numbers in the places of the ensemble's
 * @param ensemble runs of the same setting; those that are among the judged are left out
 * @param level probability of a false alarm, at most
 * @param mostChoices that are looked at; where there are more, as many are drawn
 */
export function judgeJointly(
  judged: readonly JointRun[],
  ensemble: readonly JointRun[],
  metrics: readonly Metric[],
  guess: Guess | undefined,
  level: number,
  mostChoices = MOST_CHOICES,
): JointJudgement {
  const printed = asPrinted([...judged, ...ensemble], metrics);
  const own = printed.slice(0, judged.length);
  const known = new Set(own.map((run) => numbersOf(run, metrics)));
  const others = printed.slice(judged.length).filter((run) => !known.has(numbersOf(run, metrics)));
  const k = judged.length;
  const { features, samples } = featuresOf(
    [...own, ...others].map((run) => preparedRun(run, metrics, guess)),
    metrics,
  );
  const choices = choicesOf(samples.length, k, mostChoices, JSON.stringify(samples));
  const { pValue, adjusted } = maxTest(samples, k, choices);
  const verdict = pValue <= level ? 'fail' : 'pass';
  return {
    ...{ runs: k, ensemble: others.length, pValue, level, verdict },
    ...{ choices: choices.of.length, isExact: choices.isExact },
    deviating: features.flatMap((feature, f) =>
      adjusted[f] > level
        ? []
        : [
            {
              ...feature,
              pValue: adjusted[f],
              ...differenceOf(
                feature,
                samples.map((sample) => sample[f]),
                k,
              ),
            },
          ],
    ),
  };
}

/** What is needed of a run, however often it is looked at beside others. */
export interface PreparedRun {
  readonly fate: ReturnType<typeof fateOf>;
  /** Of each metric, on its scale. */
  readonly cells: readonly (readonly number[])[];
}

export function preparedRun(
  run: JointRun,
  metrics: readonly Metric[],
  guess: Guess | undefined,
): PreparedRun {
  const cells = metrics.map((metric) => run.series[metric.name].map(({ value }) => toScale(metric, value)));
  return { fate: fateOf(run, cells, metrics, guess), cells };
}

/** The features of runs that are looked at together: where each stands among all of them. */
export function featuresOf(
  runs: readonly PreparedRun[],
  metrics: readonly Metric[],
): { readonly features: readonly Feature[]; readonly samples: readonly (readonly number[])[] } {
  const learned = runs.filter(({ fate }) => fate === 'learned');
  const features: Feature[] = [{ kind: 'collapsed' }, { kind: 'diverged' }];
  const samples = runs.map(({ fate }) => [fate === 'collapsed' ? 1 : 0, fate === 'diverged' ? 1 : 0]);
  if (learned.length < 2) return { features, samples };
  const add = (feature: Feature, ofLearned: readonly number[]): void => {
    features.push(feature);
    const middle = ofLearned.reduce((sum, value) => sum + value, 0) / ofLearned.length;
    let next = 0;
    for (const [i, { fate }] of runs.entries())
      samples[i].push(fate === 'learned' ? ofLearned[next++] : middle);
  };
  const farthest = Array<number>(learned.length).fill(0);
  for (const [m, metric] of metrics.entries()) {
    const moments = momentsOfSeries(
      metric,
      learned.map(({ cells }) => cells[m]),
    );
    const contrasts = contrastsOf(moments.length);
    const sums = contrasts.map(() => Array<number>(learned.length).fill(0));
    for (const [c, { mean, sd }] of moments.entries()) {
      if (!(sd > 0)) continue;
      for (const [i, { cells }] of learned.entries()) {
        const deviation = (cells[m][c] - mean) / sd;
        farthest[i] = Math.max(farthest[i], Math.abs(deviation));
        for (const [w, { weights }] of contrasts.entries()) sums[w][i] += weights[c] * deviation;
      }
    }
    for (const [w, { kind }] of contrasts.entries()) add({ kind, metric }, sums[w]);
  }
  add(
    { kind: 'farthest' },
    farthest.map((deviation) => Math.log(deviation + LEAST)),
  );
  return { features, samples };
}

/** Standard deviations that make no difference. */
const LEAST = 0.01;

function contrastsOf(places: number): { kind: 'level' | 'trend' | 'start'; weights: number[] }[] {
  const level = { kind: 'level' as const, weights: Array<number>(places).fill(1 / places) };
  if (places === 1) return [level];
  const middle = (places - 1) / 2;
  const trend = Array.from({ length: places }, (_, c) => (c - middle) / middle / places);
  const start = Array.from({ length: places }, (_, c) => (c === 0 ? 1 : 0));
  return [level, { kind: 'trend', weights: trend }, { kind: 'start', weights: start }];
}

function differenceOf(
  { kind, metric }: Feature,
  values: readonly number[],
  k: number,
): Pick<DeviatingFeature, 'difference' | 'isWorse'> {
  const mean = (of: readonly number[]): number => of.reduce((sum, value) => sum + value, 0) / of.length;
  const [own, others] = [values.slice(0, k), values.slice(k)];
  const apart = mean(own) - mean(others);
  if (kind === 'collapsed' || kind === 'diverged') return { difference: apart, isWorse: apart > 0 };
  const sd = Math.sqrt(
    others.reduce((sum, value) => sum + (value - mean(others)) ** 2, 0) / (others.length - 1),
  );
  return { difference: apart / sd, isWorse: apart * (metric === undefined ? 1 : worseOn(metric)) > 0 };
}

/**
 * Runs as alike as their logs let them be: at each place all numbers have the fewest decimals that any has there, so that no run is told
 * from another by how it was printed.
 */
function asPrinted(runs: readonly JointRun[], metrics: readonly Metric[]): JointRun[] {
  const fewest = new Map<string, number>();
  const keyOf = (metric: Metric, point: Point): string => `${metric.name} ${placeOf(point)}`;
  for (const { series } of runs)
    for (const metric of metrics)
      for (const point of series[metric.name])
        if (point.decimals !== undefined) {
          const key = keyOf(metric, point);
          fewest.set(key, Math.min(fewest.get(key) ?? Infinity, point.decimals));
        }
  return runs.map(({ series }) => ({
    series: Object.fromEntries(
      metrics.map((metric) => [
        metric.name,
        series[metric.name].map((point) => {
          const decimals = fewest.get(keyOf(metric, point));
          return decimals === undefined || !Number.isFinite(point.value)
            ? point
            : { ...point, value: Number(pythonFixed(point.value, decimals)) };
        }),
      ]),
    ),
  }));
}

function numbersOf({ series }: JointRun, metrics: readonly Metric[]): string {
  return metrics.map(({ name }) => series[name].map(({ value }) => String(value)).join()).join(';');
}
