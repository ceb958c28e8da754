import type { Experiment } from '../experiment/types';
import type { DocumentLine, Omission, RunView } from './types';

/** What making a run again, or judging by it, takes. A report of which no line speaks of it omits it. */
interface Needed {
  readonly what: string;
  /** What that leaves open, or what is assumed instead. */
  readonly consequence: string | ((experiment: Experiment) => string);
  readonly spokenOf: RegExp;
  /** Whether the runs themselves have it, or it cannot be told. */
  readonly isThere?: (runs: readonly Pick<RunView, 'lr'>[]) => boolean;
}

const NEEDED: readonly Needed[] = [
  {
    what: 'the seed',
    spokenOf: /\bseeds?\b|manual_seed|random[ _]state/i,
    consequence:
      'initial weights, order of the images and dropout are drawn from it: another seed prints other numbers',
  },
  {
    what: 'the optimizer',
    spokenOf: /\b(optimi[sz]er|adam\w*|sgd|rmsprop|adagrad|momentum)\b/i,
    consequence: ({ optimizer }) =>
      `what a learning rate means depends on it; ${optimizer.type} is assumed, as the experiment has it`,
  },
  {
    what: 'the normalisation of the pixels',
    spokenOf: /\bnormali[sz]\w*|\bmean\b.*\bstd\b|0\.1307/i,
    consequence: ({ data: { normalisation } }) =>
      `every loss depends on it; mean ${normalisation.mean} and deviation ${normalisation.std} are assumed, as the experiment has them`,
  },
  {
    what: 'the versions of the software',
    spokenOf: /\b(torch|pytorch|python|cuda|cudnn|version)\W{0,3}v?\d/i,
    consequence:
      'other versions may add in another order, and runs part then by their last bits, later by more',
  },
  {
    what: 'the batch size',
    spokenOf: /\bbatch(es)?([ _-]size| of \d)/i,
    consequence: 'it is known only as far as the progress of the training lines tells it',
  },
  {
    what: 'the order of the layers with the places of ReLU and dropout',
    spokenOf: /\bdef forward\b|\bforward\(/,
    consequence:
      'a printed model lists its modules, and not how they are called: the order is assumed, as the experiment has it',
  },
  {
    what: 'other runs at the same learning rate',
    spokenOf:
      /\b(other|more|several|\d+|ten|five|three) (seeds|runs|repetitions)\b|±|\bstandard deviation\b/i,
    isThere: (runs) =>
      new Set(runs.map(({ lr }) => lr)).size < runs.length || runs.some(({ lr }) => lr === undefined),
    consequence: 'each learning rate is judged by one run, whether that run is typical or not',
  },
];

/** What the lines of a document do not speak of, in the order of importance. */
export function omissionsOf(
  lines: readonly DocumentLine[],
  runs: readonly Pick<RunView, 'lr'>[],
  experiment: Experiment,
): Omission[] {
  return NEEDED.filter(
    ({ spokenOf, isThere }) => !lines.some(({ text }) => spokenOf.test(text)) && !isThere?.(runs),
  ).map(({ what, consequence }) => ({
    what,
    consequence: typeof consequence === 'string' ? consequence : consequence(experiment),
  }));
}
