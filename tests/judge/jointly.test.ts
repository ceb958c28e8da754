import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { alea } from 'seedrandom';
import { judgeJointly, type JointRun } from '../../src/judge/jointly';
import { placeInBand, widened } from '../../src/judge/placement';
import { makeBand } from '../../src/judge/bands';
import { shifted } from '../../src/judge/power/faults';
import { scoresOf } from '../../src/judge/score';
import { parseEnsemble } from '../../src/run/ensemble';
import { runsOfEnsemble } from '../../src/run/recordedRun';
import type { Run } from '../../src/run/run';
import type { Metric } from '../../src/study/types';
import { MLP_TEMPLATE, runOf } from '../logs/laboratory';
import { EXPERIMENT, GUESS, STUDY } from './ourStudy';
import { CHANCE, drawRun, LUCK, METRICS, normal } from './power/luck';

const ROOT = join(__dirname, '../..');

describe.each(Object.entries(LUCK))('false alarms, luck %s', (_, luck) => {
  test.each([
    [20, 2, 0],
    [20, 3, 0.4],
    [30, 5, 0.1],
  ])('of an ensemble of %i and %i judged runs, collapses %f, are as rare as is said', (n, k, collapses) => {
    const random = alea(`${n} ${k} ${collapses}`);
    const [studies, level] = [400, 0.1];
    let alarms = 0;
    for (let i = 0; i < studies; i++) {
      const runs = Array.from({ length: n + k }, () => drawRun(random, luck, collapses));
      const { verdict } = judgeJointly(runs.slice(0, k), runs.slice(k), METRICS, CHANCE, level, 199);
      if (verdict === 'fail') alarms++;
    }
    expect(alarms / studies).toBeLessThanOrEqual(level + 3 * Math.sqrt((level * (1 - level)) / studies));
    expect(alarms).toBeGreaterThan(0); // it can say no
  });
});

test('more runs that never learned than the ensemble has are seen, and said', () => {
  const random = alea('collapsed');
  const runs = (count: number, collapses: number): JointRun[] =>
    Array.from({ length: count }, () => drawRun(random, normal, collapses));
  const { verdict, deviating } = judgeJointly(runs(5, 1), runs(30, 0.1), METRICS, CHANCE, 0.05);
  expect(verdict).toBe('fail');
  expect(deviating.map(({ kind }) => kind)).toEqual(['collapsed']);
  expect(deviating[0].difference).toBeGreaterThan(0.7);
});

test('runs of the ensemble are not held against themselves, and how a log rounds tells nothing', () => {
  const random = alea('rounded');
  const runs = Array.from({ length: 24 }, () => drawRun(random, normal, 0));
  const rounded = runs.slice(0, 4).map(({ series }) => ({
    series: Object.fromEntries(
      Object.entries(series).map(([name, points]) => [
        name,
        points.map((point) => ({ ...point, value: Number(point.value.toFixed(1)), decimals: 1 })),
      ]),
    ),
  }));
  const { ensemble, pValue } = judgeJointly(rounded, runs, METRICS, undefined, 0.05);
  expect(ensemble).toBe(20);
  expect(pValue).toBeGreaterThan(0.05);
});

describe('runs of the study that came with a report', () => {
  const path = join(ROOT, 'golden/lr-experiment/ensembles/mnist/runs.jsonl');
  const all = runsOfEnsemble(parseEnsemble(readFileSync(path, 'utf8'), path), EXPERIMENT.training);
  const { metrics } = STUDY;

  test('five that are each one standard deviation off are seen together, hardly one alone', () => {
    const own = all.filter(({ conditions }) => conditions.lr === 0.001);
    const { moments } = scoresOf(own, metrics, GUESS);
    const fault = shifted([{ metric: metrics[1], moments: moments[1] }], 1, 'worse');
    const random = alea('five');
    let [alone, together] = [0, 0];
    const sets = 40;
    for (let i = 0; i < sets; i++) {
      const order = own.map((run) => ({ run, key: random() })).sort((a, b) => a.key - b.key);
      const judged = order.slice(0, 5).map(({ run }) => fault(run));
      const rest = order.slice(5).map(({ run }) => run);
      const band = widened(makeBand(rest, metrics, 55 / 56, GUESS), metrics, 5);
      if (judged.some((run) => placeInBand(run, band, metrics, GUESS).verdict === 'fail')) alone++;
      if (judgeJointly(judged, rest, metrics, GUESS, 1 / 56, 499).verdict === 'fail') together++;
    }
    expect(alone).toBeLessThan(sets / 10);
    expect(together).toBeGreaterThan(0.8 * sets);
  });
});

describe('logs of an own trainer', () => {
  const folder = join(ROOT, 'fixtures/logs/mlp');
  const metrics: Metric[] = [
    { name: 'train_loss', kind: 'loss', better: 'lower', per: 'epoch', decimals: 4 },
    { name: 'val_loss', kind: 'loss', better: 'lower', per: 'epoch', decimals: 4 },
    { name: 'val_acc', kind: 'percent', better: 'higher', per: 'epoch', decimals: 1 },
  ];
  const runsIn = (of: string): Run[] =>
    readdirSync(join(folder, of)).map((file) => runOf(`mlp/${of}/${file}`, { template: MLP_TEMPLATE }));
  const [ensemble, honest] = [runsIn('healthy').slice(0, 20), runsIn('healthy').slice(20)];
  const verdict = (runs: readonly Run[]): string =>
    judgeJointly(runs, ensemble, metrics, undefined, 0.05).verdict;

  test.each(readdirSync(join(folder, 'faults')))('three and five runs with the fault %s fail', (fault) => {
    const runs = runsIn(`faults/${fault}`);
    expect([verdict(runs.slice(0, 3)), verdict(runs)]).toEqual(['fail', 'fail']);
  });

  test('eight times five honest ones hardly ever do', () => {
    const fails = Array.from({ length: 8 }, (_, i) => verdict(honest.slice(5 * i, 5 * i + 5)));
    expect(fails.filter((verdict) => verdict === 'fail').length).toBeLessThanOrEqual(1);
  });
});
