import { readFile } from 'node:fs/promises';
import * as assay from '../src';
import { Laboratory } from './cli/laboratory';
import { runsIn } from './judge/ourStudy';

test('the public API trains an experiment, and reads back what it wrote', async () => {
  const lab = await Laboratory.open();
  const experiment = await assay.loadExperiment(lab.path('study/experiment.json'));
  const dataSet = await assay.loadDataSet(lab.path('tiny'));
  const outDir = lab.path('run');
  const lines: string[] = [];
  const onLine = (line: string): void => void lines.push(line);
  const outcome = await assay.runExperiment({
    ...{ experiment, dataSet, outDir, onLine },
    ...{ lr: 0.01, seed: 1, engine: 'reference' },
  });
  const record = assay.parseRunRecord(await readFile(lab.path('run/run.json'), 'utf8'), 'run.json');
  expect(outcome).toMatchObject({ status: 'finished', record });
  const predicted = outcome.status === 'finished' ? outcome.predictions?.predicted : undefined;
  const isRight = (label: number, i: number): boolean => predicted?.[i] === label;
  expect([...dataSet.test.labels].filter(isRight)).toHaveLength(record.epochs[1].correctCount);
  expect(assay.renderLog(record, experiment)).toBe(`${lines.join('\n')}\n`);
  const [log] = runsIn(lines.join('\n'));
  expect(log.series.accuracy.map(({ count }) => count?.right)).toEqual(
    record.epochs.map(({ correctCount }) => correctCount),
  );
  await lab.close();
});
