import { pluralOf } from '../../base/words';
import type { Metric } from '../../study/types';
import { metricOf } from '../views';
import { show } from '../words';
import type { Bound, Predicate } from './claim';
import { measureWords } from './measure';

/** What a predicate states of a run, in words: what is counted over our seeds is how often just this holds. */
export function propositionOf(
  predicate: Predicate,
  metrics: readonly Metric[],
  numberOf: (bound: Bound) => number,
): string {
  switch (predicate.predicate) {
    case 'value':
      return `the ${predicate.metric} of epoch ${predicate.epoch} is the number`;
    case 'at-least':
      return `the ${ofEpoch(predicate)} is ${numberOf(predicate.bound)} at least`;
    case 'at-most':
      return `the ${ofEpoch(predicate)} is ${numberOf(predicate.bound)} at most`;
    case 'between':
      return `the ${ofEpoch(predicate)} is from ${numberOf(predicate.lower)} to ${numberOf(predicate.upper)}`;
    case 'range':
      return `the logged ${pluralOf(predicate.metric)} of one epoch go from the one number to the other`;
    case 'each-epoch': {
      const { metric, direction, withinSamples } = predicate;
      const slack =
        withinSamples === undefined
          ? ''
          : `, or moves by no more than ${withinSamples} of the test's samples,`;
      return `the ${metric} ${direction}${slack} in every epoch after the first`;
    }
    case 'overall':
      return `the ${predicate.metric} ${predicate.direction} from the first epoch to the last`;
    case 'in-epoch':
      return `the ${predicate.metric} ${predicate.direction} in epoch ${predicate.epoch}`;
    case 'repeatedly':
      return `the ${predicate.metric} ${predicate.direction} in ${predicate.times} epochs at least`;
    case 'best-last':
      return `no epoch has a better ${predicate.metric} than the last`;
    case 'extreme': {
      const than = predicate.extreme === 'greatest' ? 'greater' : 'smaller';
      return `no other run has a ${than} ${measureWords(predicate)}`;
    }
    case 'rule':
      return `the rule of ${predicate.row} gives ${predicate.word}`;
    case 'longer':
      return `a run reaches ${show(metricOf(metrics, predicate.metric), predicate.value)} by epoch ${predicate.epochs.to}`;
    case 'published':
      return `our run has the published ${predicate.what}`;
    case 'figurative':
      return 'nothing that a number could contradict';
  }
}

function ofEpoch({ metric, epoch }: { readonly metric: string; readonly epoch?: number }): string {
  return epoch === undefined ? `final ${metric}` : `${metric} of epoch ${epoch}`;
}
