import { AssayError } from '../../base/errors';
import type { EnsembleRun } from '../bands';
import { hasCollapsed, type Chance } from '../collapse';
import { METRICS, type Curve } from '../curve';
import type { Verdict } from '../verdict';
import { fisherExact, type Share } from '../../statistics/fisher';
import { holm } from '../../statistics/holm';
import { kolmogorovSmirnov, type KolmogorovSmirnov } from '../../statistics/kolmogorovSmirnov';
import { ALPHA, tost, type Tost } from '../../statistics/tost';

/** A p-value of one of several tests of one question, and what Holm's adjustment makes of it. */
interface Adjusted {
  readonly adjusted: number;
}

export interface ComparedMetric {
  readonly metric: (typeof METRICS)[number];
  /** What runs that did not collapse reached after the last epoch: of the ensemble, of the others. */
  readonly samples: readonly [ensemble: readonly number[], others: readonly number[]];
  readonly tost: Tost;
  readonly kolmogorovSmirnov: KolmogorovSmirnov & Adjusted;
}

export interface ComparedLr {
  readonly lr: number;
  readonly collapsed: {
    readonly ensemble: Share;
    readonly others: Share;
    readonly pValue: number;
  } & Adjusted;
  /** None where fewer than two runs of either did not collapse. */
  readonly metrics: readonly ComparedMetric[];
}

export interface Equivalence {
  /**
   * `fail` when a test finds a difference; `pass` when none does, and the means of each metric are shown to be equivalent at each
   * learning rate; else `inconclusive`.
   */
  readonly verdict: Extract<Verdict, 'pass' | 'fail' | 'inconclusive'>;
  readonly lrs: readonly ComparedLr[];
}

/** A run of another trainer. */
export interface OtherRun extends Curve {
  readonly lr: number;
}

/**
 * Whether one run of another trainer is like one run of the ensemble's, by what runs reached at the end (docs/audit.md).
 *
 * The margin of a learning rate's mean is stated before the others are looked at: half of the distance from the ensemble's own mean to
 * that of the nearest other learning rate. A trainer that is off by less could not turn what an experiment says about its learning rates.
 *
 * @param others of learning rates that the ensemble has, with seeds that it does not have
 * @throws AssayError `usage` when the ensemble has no other learning rate, or not that of a run
 */
export function equivalenceOf(
  ensemble: readonly EnsembleRun[],
  others: readonly OtherRun[],
  chance: Chance,
): Equivalence {
  const lrs = [...new Set(others.map(({ lr }) => lr))].sort((a, b) => a - b);
  const known = [...new Set(ensemble.map(({ lr }) => lr))];
  const unknown = lrs.find((lr) => !known.includes(lr));
  if (unknown !== undefined) {
    const what = 'the ensemble has no run of a learning rate';
    throw new AssayError('usage', { what, expected: known.join(', '), got: String(unknown) });
  }
  const compared = lrs.map((lr) => compareLr(lr, ensemble, others, chance));
  const adjusted = holm(compared.flatMap(differenceTests));
  const withAdjusted = compared.map(({ lr, collapsed, metrics }): ComparedLr => ({
    lr,
    collapsed: { ...collapsed, adjusted: adjusted.shift() as number },
    metrics: metrics.map((metric) => ({
      ...metric,
      kolmogorovSmirnov: { ...metric.kolmogorovSmirnov, adjusted: adjusted.shift() as number },
    })),
  }));
  return { verdict: verdictOf(withAdjusted), lrs: withAdjusted };
}

type Unadjusted = Omit<ComparedLr, 'collapsed' | 'metrics'> & {
  readonly collapsed: Omit<ComparedLr['collapsed'], 'adjusted'>;
  readonly metrics: readonly (Omit<ComparedMetric, 'kolmogorovSmirnov'> & {
    readonly kolmogorovSmirnov: KolmogorovSmirnov;
  })[];
};

function compareLr(
  lr: number,
  ensemble: readonly EnsembleRun[],
  others: readonly OtherRun[],
  chance: Chance,
): Unadjusted {
  const [a, b] = [ensemble, others].map((runs) => runs.filter((run) => run.lr === lr));
  const [goodA, goodB] = [a, b].map((runs) => runs.filter((run) => !hasCollapsed(run, chance)));
  const shares = {
    ensemble: { count: a.length - goodA.length, of: a.length },
    others: { count: b.length - goodB.length, of: b.length },
  };
  const collapsed = { ...shares, pValue: fisherExact(shares.ensemble, shares.others) };
  if (goodA.length < 2 || goodB.length < 2) return { lr, collapsed, metrics: [] };
  const metrics = METRICS.map((metric) => {
    const samples = [lastOf(goodA, metric), lastOf(goodB, metric)] as const;
    const margin = marginOf(lr, metric, ensemble, chance);
    return {
      ...{ metric, samples },
      tost: tost(...samples, margin),
      kolmogorovSmirnov: kolmogorovSmirnov(...samples),
    };
  });
  return { lr, collapsed, metrics };
}

/** What runs reached after the last epoch. */
function lastOf(runs: readonly Curve[], metric: ComparedMetric['metric']): number[] {
  return runs.map(({ epochs }) => epochs[epochs.length - 1][metric]);
}

/** Half of the distance to the nearest other learning rate, see {@link equivalenceOf}. */
function marginOf(
  lr: number,
  metric: ComparedMetric['metric'],
  ensemble: readonly EnsembleRun[],
  chance: Chance,
): number {
  const good = ensemble.filter((run) => !hasCollapsed(run, chance));
  const meanAt = (lr: number): number =>
    mean(
      lastOf(
        good.filter((run) => run.lr === lr),
        metric,
      ),
    );
  const otherLrs = [...new Set(good.map((run) => run.lr))].filter((other) => other !== lr);
  if (otherLrs.length === 0) {
    const what = 'an ensemble of one learning rate: half of the distance to another would be the margin';
    throw new AssayError('usage', { what });
  }
  return Math.min(...otherLrs.map((other) => Math.abs(meanAt(other) - meanAt(lr)))) / 2;
}

/** In the order in which their adjusted values are given back. */
function differenceTests({ collapsed, metrics }: Unadjusted): number[] {
  return [collapsed.pValue, ...metrics.map(({ kolmogorovSmirnov: { pValue } }) => pValue)];
}

function verdictOf(lrs: readonly ComparedLr[]): Equivalence['verdict'] {
  const differs = lrs.some(
    ({ collapsed, metrics }) =>
      collapsed.adjusted < ALPHA ||
      metrics.some(({ kolmogorovSmirnov }) => kolmogorovSmirnov.adjusted < ALPHA),
  );
  if (differs) return 'fail';
  // All have to be: the claim about all together is wrong only where one of its tests is (Berger 1982), so that none is adjusted.
  const isShown = lrs.every(
    ({ metrics }) => metrics.length > 0 && metrics.every(({ tost: { pValue } }) => pValue < ALPHA),
  );
  return isShown ? 'pass' : 'inconclusive';
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
