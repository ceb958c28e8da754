import { jStat } from 'jstat';
import type { RunView } from '../types';
import { lossyCurveOf, testedEpochs } from '../views';
import { hasCollapsed, type Chance } from '../../judge/collapse';

/**
 * How well runs of one learning rate predict a reported one: the logarithm of a predictive density, so that a difference of 1 is a
 * factor of e. Three kinds of numbers count the same, however many there are of each, because those of one kind go together: test
 * losses, shares of wrong images, logged losses, all on a logarithmic scale. The density of a number is Student's t about the mean
 * of the runs, with their variance, pooled over the kind, and n − 1 degrees of freedom. The chance that a run does not collapse
 * counts, too.
 *
 * @param reported with as many epochs as the runs have, or more
 * @param runs at least two of which did not collapse
 * @returns undefined where there are fewer
 */
export function predictiveScore(
  reported: RunView,
  runs: readonly RunView[],
  chance: Chance,
): number | undefined {
  const good = runs.filter((run) => !hasCollapsed(lossyCurveOf(run), chance));
  if (good.length < 2) return undefined;
  const survival = Math.log((good.length + 1) / (runs.length + 2));
  const epochs = Math.min(...good.map(({ epochs }) => epochs.length));
  const scores = KINDS.flatMap((kind) => {
    const cells = kind(reported, epochs).map((value, i) => ({
      value,
      ours: good.map((run) => kind(run, epochs)[i]),
    }));
    return cells.length === 0 ? [] : [meanDensity(cells)];
  });
  return survival + sum(scores);
}

/** Numbers of a run on a logarithmic scale, in a fixed order. */
type Kind = (run: RunView, epochs: number) => number[];

const testLosses: Kind = (run, epochs) =>
  testedEpochs(run)
    .slice(0, epochs)
    .map(({ testLoss }) => Math.log(testLoss));

/** With half an image more, so that a run without mistakes has a logarithm. */
const errors: Kind = (run, epochs) =>
  testedEpochs(run)
    .slice(0, epochs)
    .map(({ accuracy, testCount }) => Math.log(((100 - accuracy) / 100) * testCount + 0.5));

const loggedLosses: Kind = (run, epochs) =>
  run.epochs.slice(0, epochs).flatMap(({ losses }) => losses.map(({ loss }) => Math.log(loss + LEAST_LOSS)));

/** Far below every logged loss but that of a batch without any doubt, which may print as 0. */
const LEAST_LOSS = 1e-3;

const KINDS: readonly Kind[] = [testLosses, errors, loggedLosses];

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
