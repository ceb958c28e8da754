import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readLenientLog, type LenientRun } from '../../../src/logs/pytorchExample/read';
import { refusal } from '../../refusal';

const FIXTURES = join(__dirname, '../../../fixtures');
const log = readFileSync(join(FIXTURES, 'logs/valid/reported-with-tabs.log'), 'utf8');
const read = (text: string): LenientRun[] =>
  readLenientLog(text, 'log', [{ name: 'lr', title: 'learning rate' }]);
const plain = read(log);

/** The runs without the numbers of their lines. */
function said(runs: readonly LenientRun[]): unknown {
  return JSON.parse(
    JSON.stringify(runs, (key, value: unknown) =>
      /^(line|firstLine|dataSetLine)$/.test(key) ? undefined : value,
    ),
  );
}

test('a log of the report has its lines, with the decimals that were printed', () => {
  const [run] = plain;
  const [first] = run.lines;
  expect(plain).toHaveLength(1);
  expect(run.faults).toEqual([]);
  expect(run.dataSet).toBe('MNIST');
  expect(run.lines.filter(({ kind }) => kind === 'train')).toHaveLength(50);
  expect(run.lines.filter(({ kind }) => kind === 'test')).toHaveLength(5);
  expect(first).toMatchObject({ kind: 'train', line: 16, epoch: 1, seen: 0, total: 60000 });
  expect(run.finalAccuracy).toMatchObject({ decimals: 2 });
});

const bar = ' 45%|████▌     | 422/938 [00:10<00:12, 41.2it/s]';
test.each<[string, (text: string) => string]>([
  ['CRLF', (text) => text.replaceAll('\n', '\r\n')],
  ['a byte order mark', (text) => `\ufeff${text}`],
  ['expanded tabs', (text) => text.replaceAll('\t', '   ')],
  [
    'colours',
    (text) => text.replace(/^Train/gm, '\u001b[32mTrain').replace(/Loss/g, '\u001b[1;31mLoss\u001b[0m'),
  ],
  ['progress bars between the lines', (text) => text.replaceAll('\n', `\n${bar}\n`)],
  ['progress bars that were written over', (text) => text.replace(/^Train/gm, `${bar}\rTrain`)],
  ['all lines in one that is written over', (text) => text.replaceAll('\n', '\r')],
  ['timestamps', (text) => text.replace(/^(Train|Test)/gm, '2026-11-23 10:00:00,123 INFO $1')],
])('%s change nothing', (_, change) => {
  const changed = change(log);
  expect(changed).not.toBe(log);
  expect(said(read(changed))).toEqual(said(plain));
});

test('the public PyTorch example prints the accuracy without decimals', () => {
  const [run] = read(log.replace(/(\d+)\.\d\d%\)$/gm, '$1%)'));
  const tests = run.lines.flatMap((line) => (line.kind === 'test' ? [line.accuracy.decimals] : []));
  expect(run.faults).toEqual([]);
  expect(tests).toEqual([0, 0, 0, 0, 0]);
});

test('several runs in one file, with and without headers', () => {
  const bare = log.slice(log.indexOf('Train Epoch'), log.indexOf('Model saved'));
  expect(read(log + log)).toHaveLength(2);
  expect(read(bare + bare + bare).map(({ lines }) => lines.length)).toEqual([55, 55, 55]);
});

test('a report names the learning rates of its runs', () => {
  const report = readFileSync(join(FIXTURES, 'reported/lr-experiment.txt'), 'utf8');
  expect(read(report).map(({ conditions, lines }) => [conditions.lr, lines.length])).toEqual([
    [0.0001, 55],
    [0.001, 55],
    [0.01, 55],
  ]);
});

test('a line that starts as a training line and goes on otherwise is a fault with line and column', () => {
  const [run] = read(log.replace('[6400/60000 (11%)]', '[6400/60000 11%]'));
  expect(run.lines).toHaveLength(54);
  expect(run.faults).toEqual([
    { line: 17, message: 'column 27: expected " (", got " 11%]\\tLoss: 0.876382"' },
  ]);
});

test('without a training line it is no log', () => {
  expect(refusal(() => read('Hello\n'))?.code).toBe('log-syntax');
});
