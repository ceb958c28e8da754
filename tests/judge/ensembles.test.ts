import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeBandsAtHand, runsOf, serializeBands } from '../../src/judge/bands';
import { parseEnsemble, serializeEnsemble } from '../../src/log/ensemble';
import { refusal } from '../refusal';

const ROOT = join(__dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe.each(readdirSync(join(ROOT, 'spec/bands')))('%s', (file) => {
  const text = read(`golden/ensembles/${file.replace('.json', '')}/runs.jsonl`);
  const ensemble = parseEnsemble(text, 'it');

  test('is what its raw runs give', () => {
    const { experiment, data } = ensemble;
    const bands = makeBandsAtHand(runsOf(ensemble), { experiment, data }, 10);
    expect(serializeBands(bands)).toBe(read(`spec/bands/${file}`));
    const one = runsOf(ensemble).filter(({ seed }) => seed === 1);
    expect(refusal(() => makeBandsAtHand(one, { experiment, data }, 10))?.code).toBe('too-few-runs');
  });

  test('the file of the runs is the same whatever order they came in', () => {
    expect(serializeEnsemble({ ...ensemble, runs: [...ensemble.runs].reverse() })).toBe(text);
  });
});
