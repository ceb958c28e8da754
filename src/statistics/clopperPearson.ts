import { jStat } from 'jstat';
import type { Interval } from './conformal';

/** Clopper and Pearson's interval (1934) for a share: exact, so that it covers with at least `level` whatever the true share is. */
export function clopperPearson(count: number, of: number, level: number): Interval {
  const tail = (1 - level) / 2;
  const lower = count === 0 ? 0 : jStat.beta.inv(tail, count, of - count + 1);
  const upper = count === of ? 1 : jStat.beta.inv(1 - tail, count + 1, of - count);
  return { lower, upper };
}
