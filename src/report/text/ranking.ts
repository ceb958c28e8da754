import { table } from './table';
import type { RankedReading } from '../../audit/alternatives/rank';
import { pythonFixed } from '../../base/printf';
import { conditionsText } from '../../run/run';

/** Readings of a report, the most plausible first, and what that comes to in words. */
export function rankingText(
  ranking: readonly RankedReading[],
  readingOf: (name: string) => string,
  columns?: number,
): string {
  const settings = ranking[0].bySetting.map(({ conditions }) => conditions);
  const names = [...new Set(settings.flatMap(Object.keys))];
  // Of one condition its values are enough.
  const values = settings.map((setting) =>
    names.length === 1 ? String(setting[names[0]]) : conditionsText(setting),
  );
  const rows = ranking.map(({ name, score, below, error, bySetting }) => [
    name,
    fixed(score),
    fixed(below),
    fixed(error),
    ...bySetting.map(({ score }) => fixed(score)),
  ]);
  const groups = [
    { heading: '', columns: ['reading', 'score', 'below', '±'] },
    { heading: names.length === 1 ? `score at ${names[0]}` : 'score at', columns: values },
  ];
  return `${table(groups, rows, columns)}\n\n${words(ranking, readingOf).join('\n')}\n`;
}

function fixed(value: number | undefined): string {
  return value === undefined ? '–' : pythonFixed(value, 1);
}

/** Standard errors by which a reading must be below the best to be distinguished from it. */
const APART = 2;

function words(ranking: readonly RankedReading[], readingOf: (name: string) => string): string[] {
  const [best, ...others] = ranking;
  if (best.score === undefined) return ['No reading has enough runs at every setting to be judged.'];
  const judged = others.filter(({ score }) => score !== undefined);
  const withError = judged.filter(({ error }) => error !== undefined);
  const isApart = ({ below = 0, error = 0 }: RankedReading): boolean => below > APART * error;
  const sentences: [string, readonly RankedReading[]][] = [
    ['Distinguished from it', withError.filter(isApart)],
    ['Not distinguished from it by this many runs', withError.filter((reading) => !isApart(reading))],
    [
      'Below it, with too few runs that learned for a standard error',
      judged.filter(({ error }) => error === undefined),
    ],
    ['Not judged: too few runs learned', others.filter(({ score }) => score === undefined)],
  ];
  return [
    `The most plausible reading: ${readingOf(best.name)}.`,
    ...sentences.flatMap(([said, readings]) => readings.map(({ name }) => `${said}: ${readingOf(name)}.`)),
  ];
}
