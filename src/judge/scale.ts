import type { Interval, Moments } from '../statistics/conformal';
import type { Metric } from '../study/types';

/**
 * The scale on which the runs of a study are as symmetric as it goes. A loss, or the share of samples that are wrong, is decided by few hard
 * samples, and as skewed as a sum of few squares: the cube root takes the skew (Wilson and Hilferty 1931), and no band is beyond what is
 * possible.
 */
type Scaled = Pick<Metric, 'kind' | 'better'>;

export function toScale(metric: Scaled, value: number): number {
  switch (metric.kind) {
    case 'real':
      return value;
    case 'loss':
      return Math.cbrt(value);
    default:
      return Math.cbrt(metric.better === 'higher' ? wholeOf(metric.kind) - value : value);
  }
}

export function fromScale(metric: Scaled, scaled: number): number {
  switch (metric.kind) {
    case 'real':
      return scaled;
    case 'loss':
      return scaled ** 3;
    default:
      return metric.better === 'higher' ? wholeOf(metric.kind) - scaled ** 3 : scaled ** 3;
  }
}

/** Which way on its scale a metric gets worse: 1 up, −1 down. */
export function worseOn({ kind, better }: Scaled): 1 | -1 {
  return kind === 'percent' || kind === 'share' || better === 'lower' ? 1 : -1;
}

/** The values that are within so many standard deviations of the mean; none is beyond what is possible. */
export function intervalOf(metric: Scaled, { mean, sd }: Moments, limit: number): Interval {
  if (metric.kind === 'real') return { lower: mean - limit * sd, upper: mean + limit * sd };
  const [lower, upper] = [Math.max(0, mean - limit * sd) ** 3, (mean + limit * sd) ** 3];
  if (metric.kind === 'loss') return { lower, upper };
  const whole = wholeOf(metric.kind);
  return metric.better === 'higher'
    ? { lower: Math.max(0, whole - upper), upper: whole - lower }
    : { lower, upper: Math.min(whole, upper) };
}

function wholeOf(kind: 'percent' | 'share'): number {
  return kind === 'percent' ? 100 : 1;
}
