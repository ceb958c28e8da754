import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeBandsAtHand, parseBands, serializeBands } from '../../src/judge/bands';
import { guessOf } from '../../src/judge/placement';
import { loadExperiment } from '../../src/experiment/load';
import type { Experiment } from '../../src/experiment/types';
import { parseEnsemble, serializeEnsemble } from '../../src/run/ensemble';
import { runsOfEnsemble } from '../../src/run/recordedRun';
import type { Run } from '../../src/run/run';
import { loadStudy } from '../../src/study/load';
import type { Study } from '../../src/study/types';
import { refusal } from '../refusal';

const ROOT = join(__dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const filesIn = (...folders: string[]): string[] => {
  const folder = join(ROOT, ...folders);
  return existsSync(folder) ? readdirSync(folder) : [];
};

/** The bands of every study of ours. */
const bands = readdirSync(join(ROOT, 'golden')).flatMap((study) =>
  filesIn('golden', study, 'bands').map((file) => [study, file] as const),
);

test('every study has bands, other than the one that somebody else published as a single run', () => {
  const studies = readdirSync(join(ROOT, 'spec')).filter((name) => name !== 'schema');
  expect([...new Set(bands.map(([study]) => study)), 'repdl-lenet'].sort()).toEqual(studies.sort());
});

describe.each(bands)('%s, %s', (study, file) => {
  const text = read(`golden/${study}/ensembles/${file.replace('.json', '')}/runs.jsonl`);
  const ensemble = parseEnsemble(text, 'it');

  let rules: Study;
  let experiment: Experiment;
  let runs: Run[];
  beforeAll(async () => {
    rules = await loadStudy(join(ROOT, 'spec', study));
    experiment = await loadExperiment(rules.experiment as string);
    runs = runsOfEnsemble(ensemble, experiment.training);
  });

  test('is what its raw runs give', () => {
    const { name, sha256 } = experiment;
    expect(ensemble.experiment).toEqual({ name, sha256 });
    const { testClassCounts } = parseBands(read(`golden/${study}/bands/${file}`), file).data ?? {};
    const facts = { experiment: ensemble.experiment, data: { ...ensemble.data, testClassCounts } };
    const guess = guessOf(facts, rules.chance, experiment.data.testCount);
    expect(guess).toMatchObject({ classes: 10, testCount: 10_000, testClassCounts: { length: 10 } });
    expect(serializeBands(makeBandsAtHand(runs, facts, rules, guess))).toBe(
      read(`golden/${study}/bands/${file}`),
    );
    const one = runs.filter(({ seed }) => seed === 1);
    expect(refusal(() => makeBandsAtHand(one, facts, rules, guess))?.code).toBe('too-few-runs');
  });

  test('its runs that collapsed never learned: tests within 0.001 of ln 10, losses within 0.025, as collapse.ts says', () => {
    const far = (loss: number): number => Math.abs(loss / Math.log(10) - 1);
    for (const { series } of runs) {
      if ((series.accuracy.at(-1)?.value ?? 0) > 50) continue;
      const farthest = (metric: string): number => Math.max(...series[metric].map(({ value }) => far(value)));
      expect(farthest('test loss')).toBeLessThan(0.001);
      expect(farthest('loss')).toBeLessThan(0.025);
    }
  });

  test('the file of the runs is the same whatever order they came in', () => {
    expect(serializeEnsemble({ ...ensemble, runs: [...ensemble.runs].reverse() })).toBe(text);
  });
});
