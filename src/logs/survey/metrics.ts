import type { Point, Run } from '../../run/run';
import type { Metric } from '../../study/types';

/** Of the clock, the machine or the schedule: it says nothing of how well a run did. */
const NO_RESULT =
  /(^|[_/.\s-])(lr|learning_?rate|time(stamp)?|runtime|duration|seconds?|flos|memory|eta|wps|ups|fps)($|[_/.\s-]|\d)/i;
const HIGHER =
  /acc(uracy)?|(^|[^a-z])(f1|auc|roc|precision|recall|iou|dice|map|bleu|rouge|psnr|ssim|r2|reward|return|score|top_?\d)/i;
const LOWER =
  /loss|err(or)?|(^|[^a-z])(nll|mse|mae|rmse|mape|ppl|perplexity|bpc|bpb|wer|cer|fid|kl)|entropy|perplexity/i;

/** The metric that a series is likely to be; undefined where nothing says whether more is better. */
export function metricOf(name: string, series: readonly (readonly Point[])[]): Metric | undefined {
  if (NO_RESULT.test(name)) return undefined;
  const better = LOWER.test(name) ? 'lower' : HIGHER.test(name) ? 'higher' : undefined;
  if (better === undefined) return undefined;
  const kind = kindOf(better, series);
  return {
    name,
    kind,
    better,
    per: perOf(series),
    decimals: decimalsIn(series) ?? (kind === 'percent' ? 2 : 4),
  };
}

/** By the range of its numbers: of shares more is better, and losses have no end. */
function kindOf(better: Metric['better'], series: readonly (readonly Point[])[]): Metric['kind'] {
  let [least, most] = [Infinity, -Infinity];
  for (const points of series) {
    for (const { value } of points) {
      if (!Number.isFinite(value)) continue;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  }
  if (least < 0) return 'real';
  if (better === 'lower') return 'loss';
  return most <= 1 ? 'share' : most <= 100 ? 'percent' : 'real';
}

/** Per epoch where every point is of a whole epoch, and an epoch has one step at most. */
function perOf(series: readonly (readonly Point[])[]): Metric['per'] {
  const isPerEpoch = series.every((points) => {
    const steps = new Map<number, number | undefined>();
    return points.every(({ epoch, step }) => {
      if (step === undefined) return true;
      if (epoch === undefined || !Number.isInteger(epoch)) return false;
      const isSame = !steps.has(epoch) || steps.get(epoch) === step;
      steps.set(epoch, step);
      return isSame;
    });
  });
  return isPerEpoch ? 'epoch' : 'step';
}

const MOST_DECIMALS = 12;

function decimalsIn(series: readonly (readonly Point[])[]): number | undefined {
  let most: number | undefined;
  for (const points of series)
    for (const { decimals } of points) if (decimals !== undefined) most = Math.max(most ?? 0, decimals);
  return most === undefined ? undefined : Math.min(most, MOST_DECIMALS);
}

/** The names that all runs have, in the order of the first. */
export function sharedNames(runs: readonly Run[]): string[] {
  const [first, ...others] = runs;
  return Object.keys(first.series).filter((name) =>
    others.every(({ series }) => Object.hasOwn(series, name)),
  );
}
