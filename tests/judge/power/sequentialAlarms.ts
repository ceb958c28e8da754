import { alea } from 'seedrandom';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JointRun } from '../../../src/judge/jointly';
import { judgeSequentially } from '../../../src/judge/sequentially';
import { parseEnsemble } from '../../../src/run/ensemble';
import { runsOfEnsemble } from '../../../src/run/recordedRun';
import { clopperPearson } from '../../../src/statistics/clopperPearson';
import { EXPERIMENT, GUESS, STUDY } from '../ourStudy';
import { CHANCE, drawRun, LUCK, METRICS } from './luck';

/**
 * How often honest runs ever fail, where somebody looks after each of ten runs of each of three settings: simulated studies, and replays of
 * the MNIST ensemble, ten of whose runs are judged by the others: `node -r esbuild-register tests/judge/power/sequentialAlarms.ts`.
 * docs/findings/power.md has what it prints.
 */
const STUDIES = 250; // of each luck
const LEVEL = 0.05;
const REPLAYS = 100;
const LOOKED_AT = 10;
/** Runs of the ensemble, and the share of runs that never learn. */
const SETTINGS = [
  [60, 0],
  [20, 0],
  [60, 0.4],
];

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
function print(name: string, alarms: number, studies: number): void {
  const { lower, upper } = clopperPearson(alarms, studies, 0.95);
  const failed = `${percent(alarms / studies)} (${percent(lower)} … ${percent(upper)})`;
  console.log(`${name.padEnd(12)} ${percent(LEVEL)}  ${failed}`);
}

console.log(`${''.padEnd(12)} said   ever failed`);
let all = 0;
for (const [name, luck] of Object.entries(LUCK)) {
  const random = alea(`${name}, in sequence`);
  let alarms = 0;
  for (let i = 0; i < STUDIES; i++) {
    const fails = SETTINGS.map(([n, collapses]) => {
      const runs = Array.from({ length: n + LOOKED_AT }, () => drawRun(random, luck, collapses));
      const level = LEVEL / SETTINGS.length;
      const [judged, others] = [runs.slice(0, LOOKED_AT), runs.slice(LOOKED_AT)];
      return judgeSequentially(judged, others, METRICS, CHANCE, level, 4_999).verdict === 'fail';
    });
    if (fails.includes(true)) alarms++;
  }
  print(name, alarms, STUDIES);
  all += alarms;
}
print('all', all, STUDIES * Object.keys(LUCK).length);

const ENSEMBLE = join(__dirname, '../../../golden/lr-experiment/ensembles/mnist/runs.jsonl');
const runs = runsOfEnsemble(
  parseEnsemble(readFileSync(ENSEMBLE, 'utf8'), ENSEMBLE),
  EXPERIMENT.training,
  ENSEMBLE,
);
const lrs = [...new Set(runs.map(({ conditions }) => conditions.lr))];
const random = alea('replays');
let replayed = 0;
for (let i = 0; i < REPLAYS; i++) {
  const fails = lrs.map((lr) => {
    const own: JointRun[] = runs.filter(({ conditions }) => conditions.lr === lr);
    const order = own
      .map((run) => ({ run, key: random() }))
      .sort((a, b) => a.key - b.key)
      .map(({ run }) => run);
    const [judged, others] = [order.slice(0, LOOKED_AT), order.slice(LOOKED_AT)];
    const level = LEVEL / lrs.length;
    return judgeSequentially(judged, others, STUDY.metrics, GUESS, level, 4_999).verdict === 'fail';
  });
  if (fails.includes(true)) replayed++;
}
// Replays overlap, and have no interval.
console.log(`MNIST        ${percent(LEVEL)}  ${percent(replayed / REPLAYS)} of ${REPLAYS} replays`);
