import { rankingText } from '../../src/report/text/ranking';

const reading = (name: string, score?: number, error?: number) => ({
  name,
  ...(score !== undefined && { score, below: 10 - score }),
  ...(error !== undefined && { error }),
  bySetting: [{ conditions: { lr: 0.01 }, seeds: 4, ...(score !== undefined && { score }) }],
});

test('each reading has its sentence: apart by more than two standard errors, or not, or not known', () => {
  const ranking = [
    reading('best', 10, 0),
    reading('near', 9, 0.5),
    reading('far', 8.9, 0.5),
    reading('lonely', 1),
    reading('collapsed'),
  ];
  const [table, words] = rankingText(ranking, (name) => `the ${name} one`).split('\n\n');
  expect(words.split('\n')).toEqual([
    'The most plausible reading: the best one.',
    'Distinguished from it: the far one.',
    'Not distinguished from it by this many runs: the near one.',
    'Below it, with too few runs that learned for a standard error: the lonely one.',
    'Not judged: too few runs learned: the collapsed one.',
    '',
  ]);
  expect(table.split('\n').map((line) => line.trim().split(/ {2,}/))).toContainEqual([
    ...['far', '8.9', '1.1', '0.5', '8.9'],
  ]);
});

test('without any score, nothing is the most plausible', () => {
  expect(rankingText([reading('a'), reading('b')], (name) => name)).toMatch(/No reading has enough runs/);
});
