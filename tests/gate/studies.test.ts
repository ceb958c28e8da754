import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readdirSync } from 'node:fs';
import { loadDataSet } from '../../src/data/load';
import { compareRecords } from '../../src/judge/compare';
import { goldenPlans } from '../../src/experiment/goldenPlans';
import { readGolden, readManifest } from '../../src/judge/golden';
import { placeRecorded } from '../../src/judge/recordedInBands';
import { readStoredBands } from '../../src/judge/stored/bands';
import type { RunRecord } from '../../src/run/record';
import { runOfRecord } from '../../src/run/recordedRun';
import { renderLog } from '../../src/logs/pytorchExample/render';
import { loadExperiment } from '../../src/experiment/load';
import type { Experiment } from '../../src/experiment/types';
import { loadStudy } from '../../src/study/load';
import type { Study } from '../../src/study/types';
import { runExperiment } from '../../src/train';
import { ROOT } from './support';

/** Every study in `spec/`, on the synthetic digits, which are everywhere: its goldens, by their first steps and by its bands. */

const STUDIES = readdirSync(join(ROOT, 'spec')).filter((name) => name !== 'schema');

describe.each(STUDIES)('%s', (name) => {
  let study: Study;
  let experiment: Experiment;
  beforeAll(async () => {
    study = await loadStudy(join(ROOT, 'spec', name));
    experiment = await loadExperiment(study.experiment as string);
  });

  async function goldenOf(golden: string): Promise<{ record: RunRecord; log: string }> {
    const entry = (await readManifest(study.golden)).goldens.find(({ name }) => name === golden);
    if (entry === undefined) throw new Error(`no golden ${golden}`);
    return readGolden(study.golden, entry);
  }

  test('the first steps of each short golden come out again, on bits', async () => {
    const dataSet = await loadDataSet('synthetic');
    for (const { name, lr, seed, epochs, untilStep } of goldenPlans(experiment, 'synthetic', ['short'])) {
      const { record } = await goldenOf(name);
      const outDir = await mkdtemp(join(tmpdir(), 'assay-study-'));
      const plan = { lr, seed, epochs, untilStep, engine: 'wasm' as const, threads: 1 };
      const outcome = await runExperiment({ experiment, dataSet, ...plan, outDir });
      await rm(outDir, { recursive: true });
      if (outcome.status !== 'finished') throw new Error('interrupted');
      expect(compareRecords(record, outcome.record)).toMatchObject({ tier: 'bitwise', verdict: 'pass' });
    }
  });

  test('each full golden prints its log', async () => {
    for (const { name } of goldenPlans(experiment, 'synthetic', ['full'])) {
      const { record, log } = await goldenOf(name);
      expect(renderLog(record, experiment)).toBe(log);
    }
  });

  test('each full golden of a study with bands is placed in the one of its setting', async () => {
    const bands = await readStoredBands(study, 'synthetic');
    // One published run has none.
    expect(bands === undefined).toBe(name === 'repdl-lenet');
    if (bands === undefined) return;
    expect(bands.bands.map(({ conditions }) => conditions)).toEqual(
      experiment.training.lrs.map((lr) => ({ lr })),
    );
    for (const { name } of goldenPlans(experiment, 'synthetic', ['full'])) {
      const { record } = await goldenOf(name);
      const run = runOfRecord(record, experiment.training);
      const placed = placeRecorded(run, bands, experiment, study);
      expect(placed).toMatchObject({
        band: { conditions: { lr: record.lr } },
        placement: { verdict: 'pass' },
      });
      const numbers = Object.values(run.series).reduce((sum, points) => sum + points.length, 0);
      expect(placed).toMatchObject({ placement: { cells: { length: numbers } } });
    }
  });
});
