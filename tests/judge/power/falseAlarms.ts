import { alea } from 'seedrandom';
import { judgeJointly } from '../../../src/judge/jointly';
import { clopperPearson } from '../../../src/statistics/clopperPearson';
import { CHANCE, drawRun, LUCK, METRICS } from './luck';

/**
 * How often honest runs fail together, by simulated studies: `node -r esbuild-register tests/judge/power/falseAlarms.ts`. docs/findings/power.md has
 * what it prints.
 */
const STUDIES = 4000;
const LEVEL = 0.05;
console.log(`${''.padEnd(52)}said   failed`);
for (const [name, luck] of Object.entries(LUCK)) {
  for (const [n, k, collapses] of [
    [20, 2, 0],
    [20, 3, 0.4],
    [60, 3, 0.1],
    [60, 5, 0],
    [60, 5, 0.4],
    [60, 10, 0],
  ]) {
    const random = alea(`${name} ${n} ${k} ${collapses}`);
    let failed = 0;
    for (let i = 0; i < STUDIES; i++) {
      const runs = Array.from({ length: n + k }, () => drawRun(random, luck, collapses));
      const { verdict } = judgeJointly(runs.slice(0, k), runs.slice(k), METRICS, CHANCE, LEVEL, 199);
      if (verdict === 'fail') failed++;
    }
    const { lower, upper } = clopperPearson(failed, STUDIES, 0.95);
    const percent = (share: number): string => (100 * share).toFixed(1);
    const what = `${name}, ${n} runs, ${100 * collapses} % collapse: ${k} together`;
    console.log(
      `${what.padEnd(52)}${percent(LEVEL)} %  ${percent(failed / STUDIES)} % (${percent(lower)} … ${percent(upper)})`,
    );
  }
}
