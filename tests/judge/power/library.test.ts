import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAULTS } from '../../../scripts/recordFaults';
import { makeBands } from '../../../src/judge/bands';
import { checkHasBands, type FaultyRuns } from '../../../src/judge/power/faultyRuns';
import { readStoredFaults } from '../../../src/judge/stored/faults';
import { parseEnsemble } from '../../../src/run/ensemble';
import { runsOfEnsemble } from '../../../src/run/recordedRun';
import { ensembleFile } from '../../../src/study/store';
import { EXPERIMENT, GUESS, STUDY } from '../ourStudy';

/** The faults that are kept for the built-in study, and what its bands see of them: the table of docs/findings/power.md. */

const STORE = { golden: join(__dirname, '../../../golden/lr-experiment') };
const ENSEMBLE = ensembleFile(STORE, 'mnist');
const runs = runsOfEnsemble(
  parseEnsemble(readFileSync(ENSEMBLE, 'utf8'), ENSEMBLE),
  EXPERIMENT.training,
  ENSEMBLE,
);
const { bands } = makeBands(runs, {}, STUDY, GUESS);

let library: FaultyRuns[];
beforeAll(async () => {
  library = await readStoredFaults(STORE, 'mnist');
});

test('there are five runs of each fault and learning rate, of seeds that no band was made of', () => {
  expect(library.map(({ name }) => name)).toEqual(Object.keys(FAULTS).sort());
  const known = new Set(runs.map(({ seed }) => seed));
  for (const fault of library) {
    checkHasBands(fault, bands);
    const settings = fault.runs.map(({ conditions, seed }) => `${String(conditions.lr)} ${seed}`);
    const seeds = [201, 202, 203, 204, 205];
    expect(settings).toEqual([1e-4, 1e-3, 1e-2].flatMap((lr) => seeds.map((seed) => `${lr} ${seed}`)));
    for (const { seed } of fault.runs) expect(known.has(seed)).toBe(false);
  }
});
