import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseBands } from '../../src/judge/bands';
import { checkLog, type LogJudgement } from '../../src/judge/check';
import type { Finding } from '../../src/run/run';
import { EXPERIMENT, runsIn, STUDY } from './ourStudy';

const ROOT = join(__dirname, '../..');
const bands = parseBands(
  readFileSync(join(ROOT, 'golden/lr-experiment/bands/mnist.json'), 'utf8'),
  'mnist.json',
);

export interface TorchLog {
  readonly name: string;
  readonly lr: number;
  readonly lines: readonly string[];
  readonly hasCollapsed: boolean;
}

/** PyTorch's logs, of seeds that the bands are made of (1 to 3) and others. */
export const torchLogs: readonly TorchLog[] = ['oracle', 'seeds'].flatMap((folder) => {
  const path = join(ROOT, 'fixtures/torch', folder);
  return readdirSync(path).flatMap((file) => {
    const lr = /^lr(\S+)_seed\d+\.log$/.exec(file)?.[1];
    if (lr === undefined) return [];
    const lines = readFileSync(join(path, file), 'utf8').split('\n');
    const hasCollapsed =
      lines.findLast((line) => line.startsWith('Test set'))?.includes('loss: 2.3') === true;
    return [{ name: `${folder}/${file}`, lr: Number(lr), lines, hasCollapsed }];
  });
});

/** By the bands that are stored. */
export function judgeLines(lines: readonly string[], lr?: number): LogJudgement {
  const runs = runsIn(lines.join('\n'));
  if (runs.length !== 1) throw new Error(`${runs.length} runs`);
  const conditions = lr === undefined ? undefined : { lr };
  return checkLog(runs[0], { study: STUDY, experiment: EXPERIMENT, bands }, conditions);
}

export function findingsIn(lines: readonly string[], lr?: number): Finding[] {
  return judgeLines(lines, lr).checks.flatMap(({ findings }) => findings);
}

/** Indexes of the lines that print a training loss, or a test loss. */
export function linesWith(what: 'Train Epoch' | 'Test set', lines: readonly string[]): number[] {
  return lines.flatMap((line, i) => (line.startsWith(what) ? [i] : []));
}

/** The log with the loss of one line multiplied, with the decimals that it has. */
export function scaled(lines: readonly string[], index: number, factor: number): string[] {
  return lines.with(
    index,
    lines[index].replace(/(oss: \d+\.)(\d+)/, (text: string, _: string, decimals: string) => {
      const [, value] = /(\d+\.\d+)/.exec(text) ?? [];
      return `oss: ${(Number(value) * factor).toFixed(decimals.length)}`;
    }),
  );
}

export function lossIn(line: string): number {
  return Number(/oss: (\d+\.\d+)/.exec(line)?.[1]);
}
