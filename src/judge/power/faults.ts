import type { Point } from '../../run/run';
import type { Moments } from '../../statistics/conformal';
import type { Metric } from '../../study/types';
import { hasCollapsed, type Guess } from '../collapse';
import type { JointRun } from '../jointly';
import { fromScale, toScale, worseOn } from '../scale';

/**
 * Faults that are put into a study's own runs. A run that never learned stays what it is: it shows nothing of them. Numbers that become exact
 * are not rounded again, and counts are dropped that no longer fit.
 */
export type Fault = (run: JointRun) => JointRun;

/** Of a metric: all of its numbers are so many standard deviations further, as far as that is possible. */
export function shifted(
  shifts: readonly { readonly metric: Metric; readonly moments: readonly Moments[] }[],
  size: number,
  towards: 'worse' | 'better',
): Fault {
  return (run) => {
    let { series } = run;
    for (const { metric, moments } of shifts) {
      const sign = towards === 'worse' ? worseOn(metric) : -worseOn(metric);
      const points = series[metric.name].map((point, c) =>
        withValue(
          point,
          possible(
            metric,
            (scaled) => fromScale(metric, scaled),
            toScale(metric, point.value) + sign * size * moments[c].sd,
          ),
        ),
      );
      series = { ...series, [metric.name]: points };
    }
    return { series };
  };
}

/** What is as far as the scale goes, where a number would be beyond it. */
function possible({ kind }: Metric, from: (scaled: number) => number, scaled: number): number {
  if (kind === 'real') return from(scaled);
  const value = from(Math.max(0, scaled));
  const whole = kind === 'percent' ? 100 : kind === 'share' ? 1 : Infinity;
  return Math.min(whole, Math.max(0, value));
}

/** A metric is reported times a factor. */
export function scaled({ name }: Metric, factor: number): Fault {
  return ({ series }) => ({
    series: { ...series, [name]: series[name].map((point) => withValue(point, factor * point.value)) },
  });
}

/** The last epoch is told again as that before it: it was not trained. */
export function epochRepeated(metrics: readonly Metric[]): Fault {
  return byEpoch(metrics, (epoch, last) => (epoch === last ? last - 1 : epoch));
}

/** All are told one epoch late, the first one twice. */
export function delayed(metrics: readonly Metric[]): Fault {
  return byEpoch(metrics, (epoch) => Math.max(1, epoch - 1));
}

/** Whether runs tell of two epochs or more, in the same places. */
export function haveEpochs({ series }: JointRun, metrics: readonly Metric[]): boolean {
  return (
    metrics.every(({ name }) => series[name].every(({ epoch }) => epoch !== undefined && epoch >= 1)) &&
    metrics.some(({ name }) => series[name].some(({ epoch = 1 }) => epoch > 1))
  );
}

/** @param from the epoch whose numbers stand for those of an epoch */
function byEpoch(metrics: readonly Metric[], from: (epoch: number, last: number) => number): Fault {
  return ({ series }) => {
    const numbered = metrics.flatMap(({ name }) => series[name].map(({ epoch = 1 }) => epoch));
    const last = numbered.reduce((a, b) => Math.max(a, b), 1);
    return {
      series: Object.fromEntries(
        metrics.map(({ name }) => {
          const at = new Map(series[name].map((point) => [`${point.epoch} ${point.step ?? ''}`, point]));
          return [
            name,
            series[name].map((point) => {
              const source = at.get(`${from(point.epoch ?? 1, last)} ${point.step ?? ''}`) ?? point;
              return { ...source, epoch: point.epoch };
            }),
          ];
        }),
      ),
    };
  };
}

/** What is wrong with a training leaves a run alone that never learned. */
export function unlessCollapsed(fault: Fault, metrics: readonly Metric[], guess: Guess | undefined): Fault {
  return (run) => (guess !== undefined && hasCollapsed(run, metrics, guess) ? run : fault(run));
}

function withValue({ epoch, step }: Point, value: number): Point {
  return { ...(epoch !== undefined && { epoch }), ...(step !== undefined && { step }), value };
}
