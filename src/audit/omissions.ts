import type { Experiment } from '../experiment/types';
import type { Study } from '../study/types';
import type { AuditedRun, DocumentLine, Omission } from './types';
import { knownConditions, settingsOf } from './views';
import { titlesOf } from './words';

/** What making a run again, or judging by it, takes. A report of which no line speaks of it omits it. */
interface Needed {
  readonly what: string;
  /** What that leaves open, or what is assumed instead. */
  readonly consequence: string;
  readonly spokenOf: RegExp;
  /** The runs themselves have it, or it cannot be told. */
  readonly isThere?: boolean;
}

type JudgedRun = Pick<AuditedRun, 'conditions' | 'conditionsFrom'>;

/** What the lines of a document do not speak of, in the order of importance. */
export function omissionsOf(
  lines: readonly DocumentLine[],
  runs: readonly JudgedRun[],
  { conditions }: Pick<Study, 'conditions'>,
  experiment: Experiment | undefined,
): Omission[] {
  const titles = titlesOf(conditions);
  const known = settingsOf(runs).length;
  const needed: readonly Needed[] = [
    {
      what: 'the seed',
      spokenOf: /\bseeds?\b|manual_seed|random[ _]state/i,
      consequence:
        'initial weights, order of the samples and dropout are drawn from it: another seed prints other numbers',
    },
    {
      what: 'the optimizer',
      spokenOf: /\b(optimi[sz]er|adam\w*|sgd|rmsprop|adagrad|momentum)\b/i,
      consequence:
        (titles === '' ? 'every number depends on it' : `what a ${titles} means depends on it`) +
        (experiment === undefined
          ? ''
          : `; ${experiment.optimizer.type} is assumed, as the experiment has it`),
    },
    ...(experiment === undefined ? [] : [normalisation(experiment)]),
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
    ...(experiment === undefined ? [] : [ORDER_OF_LAYERS]),
    {
      what: titles === '' ? 'other runs' : `other runs at the same ${titles}`,
      spokenOf:
        /\b(other|more|several|\d+|ten|five|three) (seeds|runs|repetitions)\b|±|\bstandard deviation\b/i,
      isThere: known < runs.length || runs.some((run) => knownConditions(run) === undefined),
      consequence: `${titles === '' ? 'all' : `each ${titles}`} is judged by one run, whether that run is typical or not`,
    },
  ];
  return needed.flatMap(({ what, consequence, spokenOf, isThere = false }) =>
    isThere || lines.some(({ text }) => spokenOf.test(text)) ? [] : [{ what, consequence }],
  );
}

function normalisation({ data: { normalisation } }: Experiment): Needed {
  const { mean, std } = normalisation;
  // A number of few digits may stand for anything.
  const numbers = [mean, std].map(String).filter(({ length }) => length > '0.12'.length);
  const said = numbers.map((number) => `|${number.replaceAll('.', '\\.')}`).join('');
  return {
    what: 'the normalisation of the pixels',
    spokenOf: new RegExp(`\\bnormali[sz]\\w*|\\bmean\\b.*\\bstd\\b${said}`, 'i'),
    consequence: `every loss depends on it; mean ${mean} and deviation ${std} are assumed, as the experiment has them`,
  };
}

const ORDER_OF_LAYERS: Needed = {
  what: 'the order of the layers with the places of ReLU and dropout',
  spokenOf: /\bdef forward\b|\bforward\(/,
  consequence:
    'a printed model lists its modules, and not how they are called: the order is assumed, as the experiment has it',
};
