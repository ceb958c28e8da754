import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gateTable } from '../../src/report/text/gate';
import { judgeAtGate } from '../../src/judge/gate';
import { readGolden, readManifest } from '../../src/judge/golden';
import { readStoredBands } from '../../src/judge/stored/bands';
import { loadExperiment } from '../../src/experiment/load';
import { loadStudy } from '../../src/study/load';

const ROOT = join(__dirname, '../..');

test('the table of the gate in docs/goldens.md is that of the approved runs in the stored bands', async () => {
  const study = await loadStudy(join(ROOT, 'spec/lr-experiment'));
  const experiment = await loadExperiment(study.experiment as string);
  const bands = await readStoredBands(study, 'mnist');
  const { goldens } = await readManifest(study.golden);
  const full = goldens.filter(({ name }) => /mnist-.*-full$/.test(name));
  expect(full).toHaveLength(3);
  const judged = full.map(async (entry) => {
    const { record } = await readGolden(study.golden, entry);
    return judgeAtGate(record, record, { study, experiment, bands, rounding: undefined }, 'bits');
  });
  const table = gateTable(await Promise.all(judged), study.metrics);
  expect(readFileSync(join(ROOT, 'docs/goldens.md'), 'utf8')).toContain(table.trimEnd());
});
