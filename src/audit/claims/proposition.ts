import type { Predicate } from './claim';
import { measureWords, show } from './metric';

/** What a predicate states of a run, in words: what is counted over our seeds is how often just this holds. */
export function propositionOf(predicate: Predicate): string {
  switch (predicate.predicate) {
    case 'value':
      return `the ${predicate.metric} of epoch ${predicate.epoch} is the number`;
    case 'loss-range':
      return 'the logged losses of one epoch go from the one number to the other';
    case 'each-epoch': {
      const { metric, direction, withinImages } = predicate;
      const slack =
        withinImages === undefined ? '' : `, or moves by no more than ${withinImages} of the test's images,`;
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
      const { measure, extreme, epoch } = predicate;
      const than = extreme === 'greatest' ? 'greater' : 'smaller';
      return `no other run has a ${than} ${measureWords(measure, epoch)}`;
    }
    case 'rule':
      return `the rule of ${predicate.row} gives ${predicate.word}`;
    case 'longer':
      return `a run reaches ${show('accuracy', predicate.accuracy)} by epoch ${predicate.epochs.to}`;
    case 'published':
      return `the ${predicate.what} of our run ${predicate.what === 'accuracy' ? 'is' : 'have'} the published value`;
    case 'figurative':
      return 'nothing that a number could contradict';
  }
}
