import { pythonFixed } from '../../log/printf';
import type { RunView } from './types';
import { testedEpochs, type TestedEpoch } from './views';

/** How a cell of a verdict table is computed from runs. */
export interface VerdictRule {
  /** Of which rows. */
  readonly row: RegExp;
  /** In words. */
  readonly words: string;
  /** A word for a run, beside the other runs; undefined when the run has no tests, or the rule takes learning rates that are not known. */
  compute(run: RunView, all: readonly RunView[]): { word: string; because: string } | undefined;
  /** What a reported word comes to in the words of the rule. */
  meaning?(reported: string): string;
}

const speed: VerdictRule = {
  row: /^speed$/i,
  words:
    'the earliest epoch by which a run is as accurate as the least accurate of the runs in its best epoch; of those that are there ' +
    'first, the most accurate then is Fast; of the others, those with a smaller learning rate are Slow, and those with a greater one ' +
    'Too fast: their steps are larger, and they take longer',
  compute(run, all) {
    const target = Math.min(...all.map(bestAccuracy));
    const own = arrival(run, target);
    if (own === undefined) return undefined;
    const arrivals = all.flatMap((run) => {
      const at = arrival(run, target);
      return at === undefined ? [] : [{ run, ...at }];
    });
    const first = arrivals.reduce((a, b) =>
      b.epoch < a.epoch || (b.epoch === a.epoch && b.accuracy > a.accuracy) ? b : a,
    );
    const because = `${percent(target)} are reached in epoch ${own.epoch}, with ${percent(own.accuracy)}`;
    if (first.run === run) return { word: 'Fast', because };
    if (run.lr === undefined || first.run.lr === undefined) return undefined;
    return { word: run.lr < first.run.lr ? 'Slow' : 'Too fast', because };
  },
};

const stability: VerdictRule = {
  row: /^stability$/i,
  words:
    'Stable when the accuracy never falls from one epoch to the next by more than two standard errors of the difference of two ' +
    'accuracies on so many images, and the run did not collapse; else Unstable',
  compute(run) {
    const tests = testedEpochs(run);
    if (tests.length === 0) return undefined;
    if (tests.every(({ accuracy }) => accuracy < COLLAPSED)) {
      return { word: 'Unstable', because: `collapsed: ${percent(tests[tests.length - 1].accuracy)}` };
    }
    const falls = tests.slice(1).map((test, i) => ({
      epoch: test.epoch,
      fall: tests[i].accuracy - test.accuracy,
      allowed: 2 * standardError(tests[i], test),
    }));
    const worst = falls.reduce((a, b) => (b.fall - b.allowed > a.fall - a.allowed ? b : a), {
      epoch: 1,
      fall: 0,
      allowed: 0,
    });
    const steps = falls.filter(({ fall }) => fall > 0);
    if (worst.fall > worst.allowed) {
      return {
        word: 'Unstable',
        because: `falls by ${points(worst.fall)} in epoch ${worst.epoch}; ${points(worst.allowed)} would be within chance`,
      };
    }
    const greatest = Math.max(0, ...steps.map(({ fall }) => fall));
    return {
      word: 'Stable',
      because:
        greatest === 0 ? 'never falls' : `falls by at most ${points(greatest)}, which is within chance`,
    };
  },
};

/** In percent: the least of each grade. */
const GRADES = [
  { least: 99, word: 'Excellent' },
  { least: 98, word: 'Good' },
  { least: 90, word: 'Mediocre' },
] as const;

const result: VerdictRule = {
  row: /^final result$/i,
  words: `by the final accuracy: ${GRADES.map(({ least, word }) => `${word} from ${least} %`).join(', ')}; below, Failed. The grades are ours`,
  compute(run) {
    const last = testedEpochs(run).at(-1);
    if (last === undefined) return undefined;
    const word = GRADES.find(({ least }) => last.accuracy >= least)?.word ?? 'Failed';
    return { word, because: percent(last.accuracy) };
  },
};

const verdict: VerdictRule = {
  row: /^verdict$/i,
  words:
    '"keep" for the stable run with the best final accuracy; "longer" for another stable run that was still at its best in its last ' +
    'epoch; "smaller" for a run that is not stable, or is less accurate in the end than one with a smaller learning rate',
  compute(run, all) {
    const last = testedEpochs(run).at(-1);
    const isStable = stability.compute(run, all)?.word === 'Stable';
    if (last === undefined) return undefined;
    if (isStable && starred(all) === run)
      return { word: 'keep', because: `stable, and best with ${percent(last.accuracy)}` };
    if (!isStable) return { word: 'smaller', because: `not stable: ${stability.compute(run, all)?.because}` };
    const { lr } = run;
    const better = all.filter((other) => finalAccuracy(other) > last.accuracy);
    const smaller =
      lr === undefined ? undefined : better.find((other) => other.lr !== undefined && other.lr < lr);
    if (smaller !== undefined) {
      return {
        word: 'smaller',
        because: `lr ${smaller.lr} ends with ${percent(finalAccuracy(smaller))}, this one with ${percent(last.accuracy)}`,
      };
    }
    const couldBeSmaller = better.some((other) => other.lr === undefined || lr === undefined);
    if (couldBeSmaller) return undefined;
    const stillBest = bestAccuracy(run) === last.accuracy;
    return stillBest
      ? {
          word: 'longer',
          because: `stable, and at its best in its last epoch, with ${percent(last.accuracy)}`,
        }
      : { word: 'undecided', because: `stable, but past its best of ${percent(bestAccuracy(run))}` };
  },
  meaning(reported) {
    if (/perfect|best|ideal|recommend/i.test(reported)) return 'keep';
    if (/epoch|time|longer/i.test(reported)) return 'longer';
    if (/reduc|lower|smaller|too (fast|high|large)/i.test(reported)) return 'smaller';
    return reported;
  },
};

const star: VerdictRule = {
  row: /^⭐$/,
  words: 'the run with the best final accuracy',
  compute(run, all) {
    const last = testedEpochs(run).at(-1);
    if (last === undefined) return undefined;
    return { word: starred(all) === run ? '⭐' : '', because: percent(last.accuracy) };
  },
};

const RULES = { Speed: speed, Stability: stability, 'Final Result': result, Verdict: verdict, '⭐': star };

export type RuleRow = keyof typeof RULES;

export const VERDICT_RULES: readonly VerdictRule[] = Object.values(RULES);

export function verdictRule(row: RuleRow): VerdictRule {
  return RULES[row];
}

/** In percent: far above guessing, far below anything that learned. */
const COLLAPSED = 50;

function bestAccuracy(run: RunView): number {
  return Math.max(0, ...testedEpochs(run).map(({ accuracy }) => accuracy));
}

function finalAccuracy(run: RunView): number {
  return testedEpochs(run).at(-1)?.accuracy ?? 0;
}

function starred(all: readonly RunView[]): RunView | undefined {
  return all.reduce<RunView | undefined>(
    (best, run) => (best === undefined || finalAccuracy(run) > finalAccuracy(best) ? run : best),
    undefined,
  );
}

function arrival(run: RunView, target: number): TestedEpoch | undefined {
  return testedEpochs(run).find(({ accuracy }) => accuracy >= target);
}

/** Of the difference of two accuracies, in percentage points, as if the two were of different images: it is a little less. */
function standardError(...tests: readonly TestedEpoch[]): number {
  const variance = ({ accuracy, testCount }: TestedEpoch): number => {
    const share = accuracy / 100;
    return (share * (1 - share)) / testCount;
  };
  return 100 * Math.sqrt(tests.reduce((sum, test) => sum + variance(test), 0));
}

function percent(value: number): string {
  return `${pythonFixed(value, 2)} %`;
}

function points(value: number): string {
  return `${pythonFixed(value, 2)} points`;
}
