import { table } from '../report/table';
import type { RankedReading } from '../judge/alternatives/rank';
import { pythonFixed } from '../log/printf';

/** Readings of a report, the most plausible first, and what that comes to in words. */
export function rankingText(ranking: readonly RankedReading[], readingOf: (name: string) => string): string {
  const lrs = ranking[0].byLr.map(({ lr }) => lr);
  const rows = ranking.map(({ name, score, below, error, byLr }) => [
    name,
    fixed(score),
    fixed(below),
    fixed(error),
    ...byLr.map(({ score }) => fixed(score)),
  ]);
  const groups = [
    { heading: '', columns: ['reading', 'score', 'below', '±'] },
    { heading: 'score at lr', columns: lrs.map(String) },
  ];
  return `${table(groups, rows)}\n\n${words(ranking, readingOf).join('\n')}\n`;
}

function fixed(value: number | undefined): string {
  return value === undefined ? '–' : pythonFixed(value, 1);
}

/** So many standard errors, and a reading is told apart from the best. */
const APART = 2;

function words(ranking: readonly RankedReading[], readingOf: (name: string) => string): string[] {
  const [best, ...others] = ranking;
  if (best.score === undefined) return ['No reading has runs enough at every learning rate to be judged.'];
  const close = others.filter(
    ({ below, error }) => below !== undefined && !(below > APART * (error ?? Infinity)),
  );
  const unjudged = others.filter(({ score }) => score === undefined);
  return [
    `The most plausible reading: ${readingOf(best.name)}.`,
    ...close.map(({ name }) => `Not told apart from it by so many runs: ${readingOf(name)}.`),
    ...unjudged.map(({ name }) => `Not judged, for want of runs that did not collapse: ${readingOf(name)}.`),
  ];
}
