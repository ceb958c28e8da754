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
  /** Where that is 0: the printed digits differ, and one number can have been rounded to both. */
  readonly isLastDigit?: true;
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
  const byMetric = ordered.map((metric) => ({ metric, all: distancesOf(a, b, metric) }));
  for (const { metric, all } of byMetric) {
    const first = all.findIndex(({ relative }) => relative > 0);
    if (first === -1) continue;
    const beyond = all.findIndex(({ relative }) => !(relative <= LAST_BITS));
    return {
      ...look(all, beyond, metric, batchSize),
      metric,
      distances: shown(all, beyond === -1 ? first : beyond, metric),
    };
  }
  for (const { metric, all } of byMetric) {
    const first = all.findIndex(({ isLastDigit }) => isLastDigit);
    if (first === -1) continue;
    const reason = `${metric.name} nowhere differs by more than its last printed digit: more digits would decide it`;
    return { looksLike: 'unclear', reason, metric, distances: shown(all, first, metric) };
  }
  return undefined;
}

interface At extends Omit<Distance, 'place'> {
  readonly point: Point;
}

/** From the last before that on. */
function shown(all: readonly At[], parting: number, { steps }: Metric): Distance[] {
  const from = Math.max(0, parting - 1);
  return all
    .slice(from, from + SHOWN)
    .map(({ point, ...distance }) => ({ place: placeText(point, steps), ...distance }));
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
      reason: `${metric.name} nowhere differs by more than the last bits, ${LAST_BITS} of it`,
    };
  const parted = all[beyond];
  const agreeing = all[beyond - 1] as At | undefined;
  if (agreeing === undefined && isStart(metric, parted.point))
    return {
      looksLike: 'change',
      reason: `they differ from the start, before any update (relative difference ${text(parted)}): another seed, model, loss or data`,
    };
  if (agreeing === undefined)
    return {
      looksLike: 'unclear',
      reason:
        `the first number of ${metric.name} differs already (relative difference ${text(parted)}), and how that began ` +
        'is not in the logs. The losses of the first ten steps would tell',
    };
  const steps = stepsBetween(agreeing.point, parted.point, metric, batchSize);
  const isEqual = all.slice(0, beyond).every(({ relative, isLastDigit }) => relative === 0 && !isLastDigit);
  const agree = isEqual ? 'they agree' : 'they agree but for the last digits';
  const since = `${agree} up to ${placeAt(agreeing)}; relative difference ${text(parted)} at ${placeAt(parted)}`;
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
  if (parted.relative <= LEAP && steps <= CLOSE)
    return grows
      ? {
          looksLike: 'rounding',
          reason: `${since}; from there it grows, to ${text(greatest)} at ${placeAt(greatest)}`,
        }
      : {
          looksLike: 'unclear',
          reason: `${since}, and it does not grow from there: rounding was seen to leap as far, and a small change looks the same`,
        };
  const gap = Number.isFinite(steps) ? `within the ${steps} steps between` : 'between';
  return {
    looksLike: 'unclear',
    reason:
      `${since}: ${gap}, rounding can grow to what other seeds differ by, and a change does it at once. ` +
      'The losses of the first ten steps would tell',
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
    return other === undefined ? [] : [{ point, ...distance(point, other) }];
  });
}

/** Room for the rounding of this very arithmetic, where two printed numbers are nearest. */
const NEAREST = 1e-12;

function distance(a: Point, b: Point): Pick<Distance, 'relative' | 'isLastDigit'> {
  if (Object.is(a.value, b.value) || a.value === b.value) return { relative: 0 };
  const [x, y] = nearestOf(a, b);
  const relative = Math.abs(x - y) / Math.max(Math.abs(x), Math.abs(y));
  if (Number.isNaN(relative)) return x === y ? { relative: 0, isLastDigit: true } : { relative: Infinity };
  const arePrinted = a.decimals !== undefined || b.decimals !== undefined;
  return arePrinted && relative <= NEAREST ? { relative: 0, isLastDigit: true } : { relative };
}
