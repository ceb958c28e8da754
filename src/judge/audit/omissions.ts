import type { DocumentLine, Omission } from './types';

/** What making a run again takes. A report that nowhere speaks of it omits it. */
const NEEDED: readonly (Omission & { readonly spokenOf: RegExp })[] = [
  {
    what: 'the seed',
    spokenOf: /\bseeds?\b|manual_seed|random[ _]state/i,
    consequence:
      'initial weights, order of the images and dropout cannot be drawn again: no number can be met to its last digit',
  },
  {
    what: 'the optimizer',
    spokenOf: /\b(optimi[sz]er|adam\w*|sgd|rmsprop|adagrad|momentum)\b/i,
    consequence: 'what a learning rate means depends on it; it has to be inferred',
  },
  {
    what: 'the normalisation of the pixels',
    spokenOf: /\bnormali[sz]\w*|\bmean\b.*\bstd\b|0\.1307/i,
    consequence: 'it changes every loss; the usual mean 0.1307 and deviation 0.3081 have to be assumed',
  },
  {
    what: 'the versions of the software',
    spokenOf: /\b(torch|pytorch|python|cuda|version)\b/i,
    consequence:
      'sums are ordered otherwise in other versions, and runs part by their last bits, then by more',
  },
  {
    what: 'the batch size',
    spokenOf: /\bbatch(es)?([ _-]size| of \d)/i,
    consequence: 'it has to be inferred from the progress of the training lines',
  },
  {
    what: 'the order of the layers with the places of ReLU and dropout',
    spokenOf: /\bdef forward\b|\bforward\(/,
    consequence:
      'a printed model lists its modules, not how they are called: the order is inferred from the sizes',
  },
  {
    what: 'other runs at the same learning rate',
    spokenOf:
      /\b(other|more|several|\d+|ten|five|three) (seeds|runs|repetitions)\b|±|\bstandard deviation\b/i,
    consequence: 'each learning rate is judged by one run, whether that run is typical or not',
  },
];

/** What the lines of a document do not speak of, in the order of importance. */
export function omissionsOf(lines: readonly DocumentLine[]): Omission[] {
  return NEEDED.filter(({ spokenOf }) => !lines.some(({ text }) => spokenOf.test(text))).map(
    ({ what, consequence }) => ({ what, consequence }),
  );
}
