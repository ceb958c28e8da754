import type { Chance } from '../judge/collapse';
import { pythonFixed } from '../base/printf';
import type { RunView } from './types';
import { collapses, wholeCurve, type TestedEpoch } from './views';

/** How a cell of a verdict table is computed from runs. */
export interface VerdictRule {
  /** Of which rows. */
  readonly row: RegExp;
  /** In words. */
  readonly words: string;
  /** A word for a run, beside the other runs; undefined when what the rule goes by is not known, such as a test or a learning rate. */
  compute(
    run: RunView,
    all: readonly RunView[],
    chance: Chance,
  ): { word: string; because: string } | undefined;
  /** What a reported word comes to in the words of the rule. */
  meaning?(reported: string): string;
}

/** What agreement with them is worth. */
export const RULES_MADE_FOR =
  'The rules were made with the table of fixtures/reported/lr-experiment.txt in sight: that they agree with it is no evidence for it';

const speed: VerdictRule = {
  row: /^speed$/i,
  words:
    'the earliest epoch by which a run is as accurate as the least accurate of the runs in its best epoch; of those that are there ' +
    'first, the most accurate then is Fast; of the others, those with a smaller learning rate are Slow, and those with a greater one ' +
    'Too fast: their steps are larger, and they take longer',
  compute(run, all) {
    const curves = curvesOf(all);
    if (curves === undefined) return undefined;
    const target = Math.min(...curves.map(({ epochs }) => bestOf(epochs)));
    const arrivals = curves.flatMap(({ run, epochs }) => {
      const at = epochs.find(({ accuracy }) => accuracy >= target);
      return at === undefined ? [] : [{ run, epoch: at.epoch, accuracy: at.accuracy }];
    });
    const own = arrivals.find((arrival) => arrival.run === run);
    if (own === undefined) return undefined;
    const [first, second] = arrivals.sort((a, b) => a.epoch - b.epoch || b.accuracy - a.accuracy);
    if (second?.epoch === first.epoch && second.accuracy === first.accuracy) return undefined;
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
  compute(run, _, chance) {
    const tests = wholeCurve(run);
    if (tests === undefined || tests.length < 2) return undefined;
    if (collapses(run, chance)) {
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
        because: `falls by ${points(worst.fall)} in epoch ${worst.epoch}; two standard errors are ${points(worst.allowed)}`,
      };
    }
    const greatest = Math.max(0, ...steps.map(({ fall }) => fall));
    return {
      word: 'Stable',
      because:
        greatest === 0
          ? 'never falls'
          : `falls by at most ${points(greatest)}, never by more than two standard errors`,
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
    const last = wholeCurve(run)?.at(-1);
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
  compute(run, all, chance) {
    const epochs = wholeCurve(run);
    const stable = stability.compute(run, all, chance);
    if (epochs === undefined || stable === undefined) return undefined;
    if (stable.word !== 'Stable') return { word: 'smaller', because: `not stable: ${stable.because}` };
    const { accuracy } = epochs[epochs.length - 1];
    const others = curvesOf(all.filter((other) => other !== run))?.map(({ run, epochs }) => ({
      lr: run.lr,
      accuracy: epochs[epochs.length - 1].accuracy,
    }));
    if (others === undefined) return undefined;
    const better = others.filter((other) => other.accuracy > accuracy);
    if (better.length === 0) {
      const isBest = others.every((other) => other.accuracy < accuracy);
      return isBest ? { word: 'keep', because: `stable, and best with ${percent(accuracy)}` } : undefined;
    }
    const { lr } = run;
    if (lr === undefined || better.some((other) => other.lr === undefined)) return undefined;
    const smaller = better.find((other) => other.lr !== undefined && other.lr < lr);
    if (smaller !== undefined) {
      return {
        word: 'smaller',
        because: `lr ${smaller.lr} ends with ${percent(smaller.accuracy)}, this one with ${percent(accuracy)}`,
      };
    }
    const best = bestOf(epochs);
    return best === accuracy
      ? { word: 'longer', because: `stable, and at its best in its last epoch, with ${percent(accuracy)}` }
      : { word: 'undecided', because: `stable, but past its best of ${percent(best)}` };
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
    const finals = curvesOf(all)?.map(({ run, epochs }) => ({
      run,
      accuracy: epochs[epochs.length - 1].accuracy,
    }));
    const own = finals?.find((final) => final.run === run);
    if (finals === undefined || own === undefined) return undefined;
    const others = finals.filter((final) => final !== own);
    const isBeaten = others.some(({ accuracy }) => accuracy > own.accuracy);
    if (!isBeaten && others.some(({ accuracy }) => accuracy === own.accuracy)) return undefined;
    return { word: isBeaten ? '' : '⭐', because: percent(own.accuracy) };
  },
};

const RULES = { Speed: speed, Stability: stability, 'Final Result': result, Verdict: verdict, '⭐': star };

export type RuleRow = keyof typeof RULES;

export const VERDICT_RULES: readonly VerdictRule[] = Object.values(RULES);

export function verdictRule(row: RuleRow): VerdictRule {
  return RULES[row];
}

/** Undefined when one of the runs is not known whole. */
function curvesOf(
  runs: readonly RunView[],
): { readonly run: RunView; readonly epochs: readonly TestedEpoch[] }[] | undefined {
  const curves = runs.flatMap((run) => {
    const epochs = wholeCurve(run);
    return epochs === undefined ? [] : [{ run, epochs }];
  });
  return curves.length === runs.length ? curves : undefined;
}

function bestOf(epochs: readonly TestedEpoch[]): number {
  return Math.max(...epochs.map(({ accuracy }) => accuracy));
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
