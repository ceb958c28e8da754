import { checkPathPattern, saidByPath } from '../../src/logs/path';
import { refusal } from '../refusal';

const settings = (path: string): Parameters<typeof saidByPath>[1] => ({
  path,
  conditions: [{ name: 'lr' }, { name: 'optimizer', values: ['SGD', 'Adam'] }],
});

test.each([
  ['lr{lr}_seed{seed}.log', 'logs/lr0.001_seed12.log', { lr: 0.001 }, 12],
  ['lr{lr}/seed-{seed}.csv', 'C:\\runs\\lr1e-3\\seed-7.csv', { lr: 0.001 }, 7],
  ['{optimizer}/seed-{seed}.csv', 'logs/SGD/seed-007.csv', { optimizer: 'SGD' }, 7],
  ['lr{lr}_seed{seed}.log', 'logs/lr0.001_seedx.log', { lr: 0.001 }, undefined],
  ['lr{lr}.log', 'logs/lrfast.log', {}, undefined],
  ['lr{lr}_seed{seed}.log', 'train.log', {}, undefined],
  ['{optimizer}/seed-{seed}.csv', 'org%2Fadam/seed-7.csv', { optimizer: 'org/adam' }, 7],
  ['{optimizer}/seed-{seed}.csv', '100%/seed-7.csv', { optimizer: '100%' }, 7],
  ['lr{lr}/lr{lr}-seed{seed}.csv', 'lr0.1/lr1e-1-seed3.csv', { lr: 0.1 }, 3],
  ['lr{lr}/lr{lr}-seed{seed}.csv', 'lr0.1/lr0.2-seed3.csv', {}, 3],
])('%s of %s', (pattern, path, conditions, seed) => {
  expect(saidByPath([undefined, path], settings(pattern))).toEqual({
    conditions,
    ...(seed !== undefined && { seed }),
  });
});

test('a name that stands for nothing is refused', () => {
  const error = refusal(() => checkPathPattern(settings('lr{lr}/{sead}.log')));
  expect(error?.code).toBe('study-invalid');
  expect(error?.facts).toMatchObject({ expected: '{seed}, {lr}, {optimizer}', got: '{sead}' });
  expect(refusal(() => checkPathPattern(settings('lr{lr}/{seed}.log')))).toBeUndefined();
});
