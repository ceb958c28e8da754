import { reportedLosses } from '../../../src/judge/seed/reportedLosses';
import { refusal } from '../../refusal';
import { runsIn } from '../ourStudy';

const training = { batchSize: 10, logInterval: 2 } as Parameters<typeof reportedLosses>[2];

function read(...lines: string[]) {
  const [{ series, source }] = runsIn(lines.join('\n'), 'a log');
  return reportedLosses(series.loss, source, training, 50);
}

const line = (epoch: number, seen: number, loss: string): string =>
  `Train Epoch: ${epoch} [${seen}/50 (${2 * seen}%)]\tLoss: ${loss}`;

test('the first loss keeps its decimals; the others stand where the experiment logs them', () => {
  const { first, further, epochs } = read(
    line(1, 0, '2.30'),
    line(1, 10, '9.99'), // a batch that the experiment does not log
    line(1, 40, '1.5'),
    line(2, 0, '1.25'),
  );
  expect(first).toMatchObject({ value: 2.3, decimals: 2 });
  expect(further).toEqual([undefined, undefined, 1.5, 1.25, undefined, undefined]);
  expect(epochs).toBe(2);
});

test('a log that begins later is refused', () => {
  const error = refusal(() => read(line(1, 20, '2.30')));
  expect(error?.code).toBe('log-syntax');
  expect(error?.message).toContain('the loss of its first batch');
});

test('an epoch that there are no lines for is refused, before room is made for it', () => {
  const error = refusal(() => read(line(1, 0, '2.30'), line(1999999999, 0, '1.5')));
  expect(error?.facts).toMatchObject({ expected: 'at least 1999999999', got: '2' });
});
