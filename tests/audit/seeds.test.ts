import { askSeedsOf, seedShare, type SeedView } from '../../src/audit/seeds';
import { askedWords, claimShareWords, shareWords } from '../../src/audit/shareWords';

const CHANCE = { classes: 10, testCount: 10_000 };

function view(seed: number, accuracy: number, lr = 0.1): SeedView {
  const test = { testLoss: accuracy < 20 ? 2.3 : 0.1, correctCount: 100 * accuracy, testCount: 10_000 };
  return { lr, seed, epochs: [{ epoch: 1, ...test, accuracy, losses: [] }] };
}

test('seeds are asked that were trained with every learning rate of the document', () => {
  const views = [view(1, 90), view(1, 80, 0.2), view(2, 90), view(3, 70), view(3, 80, 0.2)];
  const { ask, asked } = askSeedsOf(views, [0.1, 0.2, 0.1], CHANCE);
  expect(ask((runs) => runs.every(({ epochs }) => (epochs[0].accuracy ?? 0) >= 80))).toMatchObject({
    ...{ holds: 1, of: 2, level: 0.95, collapsed: { holds: 0, of: 0 } },
  });
  expect(asked).toEqual({ of: 2, level: 0.95, lrs: [0.1, 0.2], collapsed: [] });
});

test.each([
  ['when no seed has them all', [0.1, 0.3]],
  ['when none is known', []],
])('nobody is asked %s', (_, lrs) => {
  const { ask, asked } = askSeedsOf([view(1, 90), view(2, 90)], lrs, CHANCE);
  expect(ask(() => true)).toBeUndefined();
  expect(asked).toBeUndefined();
});

test('seeds that collapsed count, and how many they are is said', () => {
  const views = [view(1, 90), view(2, 10), view(3, 11), view(1, 90, 0.2), view(2, 90, 0.2), view(3, 90, 0.2)];
  const { ask, asked } = askSeedsOf(views, [0.1, 0.2], CHANCE);
  const share = ask((runs) => (runs[0].epochs[0].accuracy ?? 0) > 10);
  expect(share).toMatchObject({ holds: 2, of: 3, collapsed: { holds: 1, of: 2 } });
  expect(ask(() => true, [0.2])?.collapsed).toEqual({ holds: 0, of: 0 });
  expect(share && shareWords(share)).toBe(
    '2 of our 3 seeds (9 % to 99 %), 1 of the 2 with a run that collapsed',
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
    { lr: 0.2, seeds: of(4) },
    { lr: 0.3, seeds: of(2) },
  ];
  const least = { proposition: 'it is the least', verdict: 'holds' as const, seeds: of(2), rivals };
  const number = { proposition: 'it is 0.5', verdict: 'holds' as const };
  expect(claimShareWords({ parts: [falls, number, least], seeds: of(0) })).toEqual([
    '“it falls” holds in 1 of our 4 seeds (1 % to 81 %)',
    '“it is the least” holds in 2 of our 4 seeds (7 % to 93 %); against lr 0.2 alone in 4 and against lr 0.3 alone in 2',
    'all of this together holds in 0 of our 4 seeds (0 % to 60 %)',
  ]);
});
