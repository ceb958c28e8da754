import { Progress } from '../../src/cli/progress';

const updates: { timeLeft: string; phase: string; detail: string }[] = [];

jest.mock('cli-progress', () => ({
  Presets: {},
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
