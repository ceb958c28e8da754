import { placeOf, type Point, type Run } from '../../run/run';
import { placeText } from '../../run/words';
import type { Metric } from '../../study/types';
import { nearestOf } from '../placement';

/**
 * What the difference between two runs that should be equal looks like. Rounding starts with the last bits, at some step leaps to 5e-3 at
 * most, and from there grows by some percent a step, until it is as large as what other seeds make. A changed training is apart from the first
 * update on, or from some step on, by what was changed. Which of them it is, the numbers tell only where they stand close enough: rounding can
 * grow to anything within a few dozen steps. A change that is as small as rounding looks like it.
 */
export interface Triage {
  readonly looksLike: 'rounding' | 'change' | 'unclear';
  /** In words, with the numbers that it follows from. */
  readonly reason: string;
  readonly metric: Metric;
  /** Where both have a number, in the order of the runs, as far as they part: the last that agrees, and some from there on. */
  readonly distances: readonly Distance[];
}

export interface Distance {
  readonly place: string;
  /** Of two numbers, of the greater one, as little as their digits allow. */
  readonly relative: number;
}

/** What two implementations that do the same differ by before rounding has grown: some units in the last place of a float32. */
export const LAST_BITS = 2e-6;

/**
 * What rounding was seen to leap to within a few steps (golden/lr-experiment/rounding): it decides which of two nearly equal numbers is
 * the greater one.
 */
const LEAP = 5e-3;

/** With the first update it was seen to make 1.6e-5, by the same measurement. */
const FIRST_UPDATE = 1e-4;

/** A step makes of a rounding error no more than this many times as much; in tests/judge/triage.test.ts, PyTorch's are held to it. */
const GROWTH = 2;

/** That a difference grows is said where it becomes this many times as much. */
const GROWS = 10;

const SHOWN = 6;

/**
 * @param batchSize samples of a step, where steps are counted in them
 * @returns undefined where both have no number in one place that is apart
 */
export function triage(
  a: Pick<Run, 'series'>,
  b: Pick<Run, 'series'>,
  metrics: readonly Metric[],
  batchSize: number | undefined,
): Triage | undefined {
  // What is told per step tells more.
  const ordered = [...metrics].sort((x, y) => Number(y.per === 'step') - Number(x.per === 'step'));
  for (const metric of ordered) {
    const all = distancesOf(a, b, metric);
    const first = all.findIndex(({ relative }) => relative > 0);
    if (first === -1) continue;
    const beyond = all.findIndex(({ relative }) => !(relative <= LAST_BITS));
    const found = all.map(({ point, relative }) => ({ place: placeText(point, metric.steps), relative }));
    const from = Math.max(0, (beyond === -1 ? first : beyond) - 1);
    return {
      ...look(all, beyond, metric, batchSize),
      metric,
      distances: found.slice(from, from + SHOWN),
    };
  }
  return undefined;
}

interface At {
  readonly point: Point;
  readonly relative: number;
}

function look(
  all: readonly At[],
  beyond: number,
  metric: Metric,
  batchSize: number | undefined,
): Pick<Triage, 'looksLike' | 'reason'> {
  const text = ({ relative }: At): string => relative.toExponential(1);
  const placeAt = ({ point }: At): string => placeText(point, metric.steps);
  if (beyond === -1)
    return {
      looksLike: 'rounding',
      reason: `${metric.name} is nowhere apart by more than the last bits, ${LAST_BITS} of it`,
    };
  const parted = all[beyond];
  const agreeing = all[beyond - 1] as At | undefined;
  if (agreeing === undefined && isStart(metric, parted.point))
    return {
      looksLike: 'change',
      reason: `they are apart from the start, before any update, by ${text(parted)}: another seed, model, loss or data`,
    };
  if (agreeing === undefined)
    return {
      looksLike: 'unclear',
      reason: `the first number of ${metric.name} is ${text(parted)} apart, and nothing before it is told`,
    };
  const steps = stepsBetween(agreeing.point, parted.point, metric, batchSize);
  const since = `they agree up to ${placeAt(agreeing)}, and are ${text(parted)} apart at ${placeAt(parted)}`;
  const isFirstUpdate = isStart(metric, agreeing.point) && steps === 1;
  const most = isFirstUpdate ? FIRST_UPDATE : LEAP * GROWTH ** (steps - 1);
  if (!(parted.relative <= most))
    return {
      looksLike: 'change',
      reason: `${since}: rounding was not seen to go further than ${most.toExponential(1)} in ${steps === 1 ? 'one step' : `${steps} steps`}`,
    };
  if (isFirstUpdate)
    return {
      looksLike: 'unclear',
      reason: `${since}, with the first update: rounding can do that, and so does a small change`,
    };
  const greatest = all.slice(beyond).reduce((most, each) => (each.relative > most.relative ? each : most));
  const grows = greatest.relative >= GROWS * parted.relative;
  if (parted.relative <= LEAP && (grows || steps <= CLOSE))
    return {
      looksLike: 'rounding',
      reason: `${since}; ${grows ? `from there it grows, to ${text(greatest)} at ${placeAt(greatest)}` : 'rounding leaps as far'}`,
    };
  const gap = Number.isFinite(steps) ? `within the ${steps} steps between` : 'between';
  return {
    looksLike: 'unclear',
    reason: `${since}: rounding can have grown to that ${gap}, and a change does it at once. The losses of the first ten steps would tell`,
  };
}

/** So few steps on, rounding that did not leap is still small. */
const CLOSE = 10;

function isStart({ per }: Metric, { epoch, step }: Point): boolean {
  return per === 'step' && step === 0 && (epoch ?? 1) <= 1;
}

/** Infinitely many where it is not known. */
function stepsBetween(a: Point, b: Point, metric: Metric, batchSize: number | undefined): number {
  const size = metric.steps === undefined ? 1 : batchSize;
  if (metric.per !== 'step' || a.step === undefined || b.step === undefined || a.epoch !== b.epoch)
    return Infinity;
  return size === undefined ? Infinity : Math.max(1, Math.ceil((b.step - a.step) / size));
}

/** Of the places that both have, in the order of `a`. */
function distancesOf(a: Pick<Run, 'series'>, b: Pick<Run, 'series'>, { name }: Metric): At[] {
  const others = new Map((b.series[name] ?? []).map((point) => [placeOf(point), point]));
  return (a.series[name] ?? []).flatMap((point): At[] => {
    const other = others.get(placeOf(point));
    return other === undefined ? [] : [{ point, relative: distance(point, other) }];
  });
}

function distance(a: Point, b: Point): number {
  const [x, y] = nearestOf(a, b);
  if (Object.is(x, y) || x === y) return 0;
  const relative = Math.abs(x - y) / Math.max(Math.abs(x), Math.abs(y));
  return Number.isNaN(relative) ? Infinity : relative;
}
