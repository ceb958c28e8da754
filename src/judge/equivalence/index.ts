import { AssayError } from '../../base/errors';
import { conditionsText, distinctConditions, sameConditions, type Conditions, type Run } from '../../run/run';
import { fisherExact, type Share } from '../../statistics/fisher';
import { holm } from '../../statistics/holm';
import { kolmogorovSmirnov, type KolmogorovSmirnov } from '../../statistics/kolmogorovSmirnov';
import { ALPHA, tost, type Tost } from '../../statistics/tost';
import type { Metric } from '../../study/types';
import { hasCollapsed, type Guess } from '../collapse';
import type { Verdict } from '../verdict';

/** A p-value of one of several tests of one question, and what Holm's adjustment makes of it. */
interface Adjusted {
  readonly adjusted: number;
}

export interface ComparedMetric {
  readonly metric: Metric;
  /** What runs that did not collapse reached at the end: of the ensemble, of the others. */
  readonly samples: readonly [ensemble: readonly number[], others: readonly number[]];
  readonly tost: Tost;
  readonly kolmogorovSmirnov: KolmogorovSmirnov & Adjusted;
}

export interface ComparedSetting {
  readonly conditions: Conditions;
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
   * setting; else `inconclusive`.
   */
  readonly verdict: Extract<Verdict, 'pass' | 'fail' | 'inconclusive'>;
  readonly settings: readonly ComparedSetting[];
}

/** What is asked of a run, of the ensemble or of another trainer. */
type Asked = Pick<Run, 'conditions' | 'series'>;

/**
 * Whether one run of another trainer is like one run of the ensemble's, by what runs reached at the end (docs/equivalence.md).
 *
 * The margin of a setting's mean is stated before the others are looked at: half of the distance from the ensemble's own mean to that of the
 * nearest other setting. A trainer that is off by less could not turn what an experiment says about its settings.
 *
 * @param others of settings that the ensemble has, with seeds that it does not have
 * @param metrics those that are told per epoch are asked
 * @throws AssayError `usage` when the ensemble has no other setting, or not that of a run
 */
export function equivalenceOf(
  ensemble: readonly Asked[],
  others: readonly Asked[],
  metrics: readonly Metric[],
  guess: Guess | undefined,
): Equivalence {
  const settings = distinctConditions(others);
  const known = distinctConditions(ensemble);
  const unknown = settings.find((setting) => !known.some((other) => sameConditions(other, setting)));
  if (unknown !== undefined) {
    const what = 'the ensemble has no run of a setting';
    const expected = known.map(conditionsText).join('; ');
    throw new AssayError('usage', { what, expected, got: conditionsText(unknown) });
  }
  const asked = metrics.filter(({ per }) => per === 'epoch');
  const hasLearned = ({ series }: Asked): boolean =>
    guess === undefined || !hasCollapsed({ series }, metrics, guess);
  const compared = settings.map((setting) => compareSetting(setting, ensemble, others, asked, hasLearned));
  const adjusted = holm(compared.flatMap(differenceTests));
  const withAdjusted = compared.map(({ conditions, collapsed, metrics }): ComparedSetting => ({
    conditions,
    collapsed: { ...collapsed, adjusted: adjusted.shift() as number },
    metrics: metrics.map((metric) => ({
      ...metric,
      kolmogorovSmirnov: { ...metric.kolmogorovSmirnov, adjusted: adjusted.shift() as number },
    })),
  }));
  return { verdict: verdictOf(withAdjusted), settings: withAdjusted };
}

type Unadjusted = Omit<ComparedSetting, 'collapsed' | 'metrics'> & {
  readonly collapsed: Omit<ComparedSetting['collapsed'], 'adjusted'>;
  readonly metrics: readonly (Omit<ComparedMetric, 'kolmogorovSmirnov'> & {
    readonly kolmogorovSmirnov: KolmogorovSmirnov;
  })[];
};

function compareSetting(
  conditions: Conditions,
  ensemble: readonly Asked[],
  others: readonly Asked[],
  asked: readonly Metric[],
  hasLearned: (run: Asked) => boolean,
): Unadjusted {
  const [a, b] = [ensemble, others].map((runs) =>
    runs.filter((run) => sameConditions(run.conditions, conditions)),
  );
  const [goodA, goodB] = [a, b].map((runs) => runs.filter(hasLearned));
  const shares = {
    ensemble: { count: a.length - goodA.length, of: a.length },
    others: { count: b.length - goodB.length, of: b.length },
  };
  const collapsed = { ...shares, pValue: fisherExact(shares.ensemble, shares.others) };
  if (goodA.length < 2 || goodB.length < 2) return { conditions, collapsed, metrics: [] };
  const good = ensemble.filter(hasLearned);
  const metrics = asked.map((metric) => {
    const samples = [lastOf(goodA, metric), lastOf(goodB, metric)] as const;
    const margin = marginOf(conditions, metric, good);
    return {
      ...{ metric, samples },
      tost: tost(...samples, margin),
      kolmogorovSmirnov: kolmogorovSmirnov(...samples),
    };
  });
  return { conditions, collapsed, metrics };
}

/** What runs reached at the end. */
function lastOf(runs: readonly Asked[], { name }: Metric): number[] {
  return runs.flatMap(({ series }) => (series[name] ?? []).slice(-1).map(({ value }) => value));
}

/** Half of the distance to the nearest other setting, see {@link equivalenceOf}. */
function marginOf(conditions: Conditions, metric: Metric, good: readonly Asked[]): number {
  const meanAt = (setting: Conditions): number =>
    mean(
      lastOf(
        good.filter((run) => sameConditions(run.conditions, setting)),
        metric,
      ),
    );
  const others = distinctConditions(good).filter((other) => !sameConditions(other, conditions));
  if (others.length === 0) {
    throw new AssayError('usage', {
      what: 'the runs to compare with are all of one setting',
      where: conditionsText(conditions) || 'the ensemble',
      expected: 'two settings at least: half of the distance between them is the margin',
      got: '1',
      hint: 'for runs of one setting, assay check LOGS… judges them together by the bands',
    });
  }
  return Math.min(...others.map((other) => Math.abs(meanAt(other) - meanAt(conditions)))) / 2;
}

/** In the order in which their adjusted values are given back. */
function differenceTests({ collapsed, metrics }: Unadjusted): number[] {
  return [collapsed.pValue, ...metrics.map(({ kolmogorovSmirnov: { pValue } }) => pValue)];
}

function verdictOf(settings: readonly ComparedSetting[]): Equivalence['verdict'] {
  const differs = settings.some(
    ({ collapsed, metrics }) =>
      collapsed.adjusted < ALPHA ||
      metrics.some(({ kolmogorovSmirnov }) => kolmogorovSmirnov.adjusted < ALPHA),
  );
  if (differs) return 'fail';
  // All have to be: the claim about all together is wrong only where one of its tests is (Berger 1982), so that none is adjusted.
  const isShown = settings.every(
    ({ metrics }) => metrics.length > 0 && metrics.every(({ tost: { pValue } }) => pValue < ALPHA),
  );
  return isShown ? 'pass' : 'inconclusive';
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
