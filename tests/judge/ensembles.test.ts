import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeBandsAtHand, parseBands, runsOf, serializeBands } from '../../src/judge/bands';
import { parseEnsemble, serializeEnsemble } from '../../src/run/ensemble';
import { refusal } from '../refusal';

const ROOT = join(__dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** The bands of every study of ours. */
const bands = readdirSync(join(ROOT, 'golden')).flatMap((study) =>
  readdirSync(join(ROOT, 'golden', study, 'bands')).map((file) => [study, file] as const),
);

test('every study in spec/ has bands', () => {
  const studies = readdirSync(join(ROOT, 'spec')).filter((name) => name !== 'schema');
  expect([...new Set(bands.map(([study]) => study))].sort()).toEqual(studies.sort());
});

describe.each(bands)('%s, %s', (study, file) => {
  const text = read(`golden/${study}/ensembles/${file.replace('.json', '')}/runs.jsonl`);
  const ensemble = parseEnsemble(text, 'it');

  test('is what its raw runs give', () => {
    const { experiment, data } = ensemble;
    const { testClassCounts } = parseBands(read(`golden/${study}/bands/${file}`), file).data;
    const facts = { experiment, data: { ...data, testClassCounts } };
    const chance = { classes: 10, testCount: 10_000, testClassCounts };
    expect(serializeBands(makeBandsAtHand(runsOf(ensemble), facts, chance))).toBe(
      read(`golden/${study}/bands/${file}`),
    );
    const one = runsOf(ensemble).filter(({ seed }) => seed === 1);
    expect(refusal(() => makeBandsAtHand(one, facts, chance))?.code).toBe('too-few-runs');
  });

  test('its runs that collapsed never learned: tests within 0.001 of ln 10, losses within 0.025, as collapse.ts says', () => {
    const far = (loss: number): number => Math.abs(loss / Math.log(10) - 1);
    for (const { epochs, loggedLosses } of runsOf(ensemble)) {
      if ((epochs.at(-1)?.accuracy ?? 0) > 50) continue;
      expect(Math.max(...epochs.map(({ testLoss }) => far(testLoss)))).toBeLessThan(0.001);
      expect(Math.max(...loggedLosses.map(far))).toBeLessThan(0.025);
    }
  });

  test('the file of the runs is the same whatever order they came in', () => {
    expect(serializeEnsemble({ ...ensemble, runs: [...ensemble.runs].reverse() })).toBe(text);
  });
});
