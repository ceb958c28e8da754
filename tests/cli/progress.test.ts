import { fc, test as property } from '@fast-check/jest';
import { barLine, Progress } from '../../src/cli/progress';

const updates: { timeLeft: string; phase: string; detail: string }[] = [];

jest.mock('cli-progress', () => ({
  SingleBar: class {
    start(_total: number, _done: number, payload: (typeof updates)[number]): void {
      updates.push(payload);
    }
    update(_done: number, payload: (typeof updates)[number]): void {
      updates.push(payload);
    }
    stop(): void {
      // nothing is drawn
    }
  },
}));

const { isTTY } = process.stderr;
beforeEach(() => {
  updates.length = 0;
  process.stderr.isTTY = true;
  jest.useFakeTimers();
});
afterEach(() => {
  process.stderr.isTTY = isTTY;
  jest.useRealTimers();
});

const lastTimeLeft = (): string | undefined => updates.at(-1)?.timeLeft;

test('the time left is that of the steps done here, not of those before a resume', async () => {
  const progress = await Progress.create();
  progress.show({ phase: 'train', done: 900, total: 1000 });
  expect(lastTimeLeft()).toBe('');
  jest.advanceTimersByTime(10_000);
  progress.show({ phase: 'train', done: 910, total: 1000 }); // ten steps in ten seconds, ninety to do
  expect(lastTimeLeft()).toBe(', 90 s left');
  progress.makeWay(() => undefined); // a line in between starts the bar again, and not the clock
  expect(lastTimeLeft()).toBe(', 90 s left');
  progress.show({ phase: 'test', done: 0, total: 10 });
  expect(lastTimeLeft()).toBe('');
});

test('its texts steer nothing but the bar', async () => {
  const progress = await Progress.create();
  progress.show({ phase: '\x1b[2Jtrain', done: 0, total: 1, detail: '\x07loss' });
  expect(updates.at(-1)).toMatchObject({ phase: '\\u001b[2Jtrain', detail: ', \\u0007loss' });
});

const TRAINING = { phase: 'epoch 1/5 train', timeLeft: ', 123 s left', detail: ', loss 0.1234' };

test.each([
  [100, 'epoch 1/5 train ██████████░░░░░░░░░░░░░░  42%, 123 s left, loss 0.1234'],
  [60, 'epoch 1/5 train █████░░░░░░░░  42%, 123 s left, loss 0.1234'],
  [50, 'epoch 1/5 train ███████░░░░░░░░░  42%, 123 s left'],
  [40, 'epoch 1/5 train ████████░░░░░░░░░░  42%'],
  [15, 'epoch 1/5 trai'],
])('in %i columns the bar is %j', (columns, line) => {
  expect(barLine(0.42, TRAINING, columns)).toBe(line);
});

property.prop([
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.record({ phase: fc.string(), timeLeft: fc.string(), detail: fc.string() }),
  fc.integer({ min: 1, max: 200 }),
])('no line is as wide as the terminal', (share, texts, columns) => {
  expect(barLine(share, texts, columns).length).toBeLessThan(columns);
});
