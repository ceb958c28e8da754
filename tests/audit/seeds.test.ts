import { askSeedsOf, seedShare } from '../../src/audit/seeds';
import { askedWords, claimShareWords, shareWords } from '../../src/audit/shareWords';
import type { RunNumbers } from '../../src/audit/types';
import type { Run } from '../../src/run/run';
import { GUESS, runOf, STUDY } from '../judge/ourStudy';

function view(seed: number, accuracy: number, lr = 0.1): Run {
  const epochs = [{ testLoss: accuracy < 20 ? 2.3 : 0.1, accuracy }];
  return runOf({ lr, seed, epochs, loggedLosses: [] });
}

const accuracyOf = ({ series }: RunNumbers): number => series.accuracy[0].value;
const at = (...lrs: readonly number[]): { lr: number }[] => lrs.map((lr) => ({ lr }));

test('seeds are asked that were trained with every learning rate of the document', () => {
  const views = [view(1, 90), view(1, 80, 0.2), view(2, 90), view(3, 70), view(3, 80, 0.2)];
  const { ask, asked } = askSeedsOf(views, at(0.1, 0.2, 0.1), STUDY.metrics, GUESS);
  expect(ask((runs) => runs.every((run) => accuracyOf(run) >= 80))).toMatchObject({
    ...{ holds: 1, of: 2, level: 0.95, collapsed: { holds: 0, of: 0 } },
  });
  expect(asked).toEqual({ of: 2, level: 0.95, settings: at(0.1, 0.2), collapsed: [] });
});

test.each([
  ['when no seed has them all', [0.1, 0.3]],
  ['when none is known', []],
])('nobody is asked %s', (_, lrs) => {
  const { ask, asked } = askSeedsOf([view(1, 90), view(2, 90)], at(...lrs), STUDY.metrics, GUESS);
  expect(ask(() => true)).toBeUndefined();
  expect(asked).toBeUndefined();
});

test('seeds that collapsed count, and how many they are is said', () => {
  const views = [view(1, 90), view(2, 10), view(3, 11), view(1, 90, 0.2), view(2, 90, 0.2), view(3, 90, 0.2)];
  const { ask, asked } = askSeedsOf(views, at(0.1, 0.2), STUDY.metrics, GUESS);
  const share = ask((runs) => accuracyOf(runs[0]) > 10);
  expect(share).toMatchObject({ holds: 2, of: 3, collapsed: { holds: 1, of: 2 } });
  expect(ask(() => true, at(0.2))?.collapsed).toEqual({ holds: 0, of: 0 });
  expect(share && shareWords(share)).toBe(
    '2 of our 3 seeds (9 % to 99 %), 1 of them among the 2 seeds with a run that collapsed',
  );
  expect(asked && askedWords(asked)).toBe(
    'Counted are our 3 seeds that have a run at each of lr 0.1 and 0.2, with the runs that collapsed (2 at lr 0.1). ' +
      'In brackets: the share of all seeds (95 %, Clopper–Pearson)',
  );
});

test('what is counted is said with its count: each proposition alone, and all together', () => {
  const of = (holds: number) =>
    seedShare(Array.from({ length: 4 }, (_, i) => ({ holds: i < holds, collapsed: false })));
  const falls = { proposition: 'it falls', verdict: 'contradicted' as const, seeds: of(1) };
  expect(claimShareWords({ parts: [falls], seeds: of(1) })).toEqual([
    '“it falls” holds in 1 of our 4 seeds (1 % to 81 %)',
  ]);
  const rivals = [
    { conditions: { lr: 0.2 }, seeds: of(4) },
    { conditions: { lr: 0.3 }, seeds: of(2) },
  ];
  const least = { proposition: 'it is the least', verdict: 'holds' as const, seeds: of(2), rivals };
  const number = { proposition: 'it is 0.5', verdict: 'holds' as const };
  expect(claimShareWords({ parts: [falls, number, least], seeds: of(0) })).toEqual([
    '“it falls” holds in 1 of our 4 seeds (1 % to 81 %)',
    '“it is the least” holds in 2 of our 4 seeds (7 % to 93 %); against lr 0.2 alone in 4 and against lr 0.3 alone in 2',
    'all of this together holds in 0 of our 4 seeds (0 % to 60 %)',
  ]);
});

test('runs without a seed are one each where there is one setting, and none that goes with another', () => {
  const unknown = [90, 95].map((accuracy): Run => ({ ...view(1, accuracy), seed: undefined }));
  const ask = (...lrs: readonly number[]) => askSeedsOf(unknown, at(...lrs), STUDY.metrics, GUESS).ask;
  expect(ask(0.1)((runs) => accuracyOf(runs[0]) > 92)).toMatchObject({ holds: 1, of: 2 });
  expect(ask(0.1, 0.2)(() => true)).toBeUndefined();
});

test('of a study without conditions, and that does not say what a guess is, neither is said', () => {
  const runs = [view(1, 90), view(2, 10)].map((run) => ({ ...run, conditions: {} }));
  const { ask, asked } = askSeedsOf(runs, [{}], STUDY.metrics, undefined);
  expect(ask(() => true)).toMatchObject({ of: 2, collapsed: { of: 0 } });
  expect(asked && askedWords(asked)).toBe(
    'Counted are our 2 seeds. In brackets: the share of all seeds (95 %, Clopper–Pearson)',
  );
});
