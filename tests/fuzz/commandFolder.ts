import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Laboratory, TINY } from '../cli/laboratory';

const ROOT = join(__dirname, '../..');
const inRoot = (path: string): string => join(ROOT, path);

const BRIGHTER = {
  name: 'brighter',
  factor: 'normalisation',
  reading: 'pixels as bright as lamps',
  changes: { normalisation: { mean: 0, std: 0.02 } },
};

/**
 * A folder with whole files of every kind that commands read: `tiny`, a data set; `study`, of a small model, with all that assay writes into
 * it; `reported`, the study that comes with assay; `trainer`, one of another trainer; `run` and `stopped`, runs; `run.log` and `report.txt`;
 * `swept`, `searched` and `readings`, where many jobs were done; `cache`, with the synthetic digits.
 *
 * @returns its path; it is removed when this process or thread ends
 */
export async function makeCommandFolder(): Promise<string> {
  const laboratory = await Laboratory.open();
  process.once('exit', () => rmSync(laboratory.folder, { recursive: true, force: true }));
  const path = (name: string): string => laboratory.path(name);
  const assay = async (...words: string[]): Promise<void> => {
    const { exitCode, stderr } = await laboratory.run(words, { environment: { CI: '' } });
    if (exitCode !== 0 && exitCode !== 1) throw new Error(`assay ${words.join(' ')}: ${stderr}`);
  };
  const small = ['--study', 'study', '--data', 'tiny'];
  writeFileSync(path('study/readings.json'), JSON.stringify({ alternatives: [BRIGHTER] }));
  await laboratory.writeStudy('study', {}, { readings: 'readings.json' });
  await assay('data', 'fetch', 'synthetic');
  await assay('run', ...TINY, '--seed', '99', '--out', 'run');
  await assay('run', ...TINY, '--until-step', '3', '--out', 'stopped');
  await assay('sweep', ...small, '--seeds', '1..20', '--lrs', '0.01');
  await assay('bands', ...small);
  await assay('golden', 'record', ...small, '--length', 'short', '--reason', 'a start');
  cpSync(path('run/train.log'), path('run.log'));
  writeFileSync(path('report.txt'), `## LR = 0.01\n\n${readFileSync(path('run.log'), 'utf8')}`);
  await assay('alternatives', 'report.txt', ...small, '--seeds', '1..2', '--out', 'readings');
  await assay('sweep', ...small, '--seeds', '1..2', '--out', 'swept');
  await assay('find-seed', ...small, '--loss', '1.234567', '--range', '0..249', '--out', 'searched');
  cpSync(inRoot('examples/pytorch-own-lines/assay'), path('trainer'), { recursive: true });
  cpSync(path('trainer/golden/ensembles/logs'), path('trainer/golden/faults/logs'), { recursive: true });
  changeStudy(path('trainer/study.json'), { trainer: 'node -e 0 {seed}' });
  cpSync(inRoot('spec/lr-experiment'), path('reported'), { recursive: true });
  cpSync(inRoot('golden/lr-experiment'), path('reported/golden'), { recursive: true });
  cpSync(inRoot('fixtures/reported/lr-experiment.txt'), path('reported/report.txt'));
  changeStudy(path('reported/study.json'), { golden: 'golden', report: 'report.txt' });
  for (const name of ['A', 'B'])
    cpSync(inRoot('fixtures/torch/oracle/lr0.001_seed1.log'), path(`${name}.log`));
  return laboratory.folder;
}

function changeStudy(path: string, changes: object): void {
  const study = JSON.parse(readFileSync(path, 'utf8')) as object;
  writeFileSync(path, JSON.stringify({ ...study, ...changes }));
}
