import { headingOf } from '../../src/logs/heading';

const CONDITIONS = [
  { name: 'lr', title: 'learning rate' },
  { name: 'batch_size' },
  { name: 'optimizer', values: ['SGD', 'Adam'] },
];

test.each([
  ['## LR = 0.001', 2, 0.001],
  ['## LR=0.001', 2, 0.001],
  ['### lr = 0.001', 3, 0.001],
  ['# Lr: 1e-3', 1, 0.001],
  ['##LR =.5', 2, 0.5],
  ['## Learning rate = 0.01:', 2, 0.01],
  ['## learning_rate: 0.01 ##', 2, 0.01],
  ['## LR = 0.01 (best)', 2, 0.01],
  ['## Learning rate 1e-3', 2, 0.001],
  ['## LR = 0', 2, 0],
  ['## LR = -0.1', 2, -0.1],
])('%s is above a run, and says its learning rate', (text, level, lr) => {
  expect(headingOf(text, CONDITIONS)).toEqual({ level, isOfRun: true, conditions: { lr } });
});

test.each([
  ['## lr = 0.1, batch size = 32', { lr: 0.1, batch_size: 32 }],
  ['## Batch-Size: 32, LR 0.1', { lr: 0.1, batch_size: 32 }],
  ['## Optimizer: SGD', { optimizer: 'SGD' }],
  ['## LR = fast, batch size = 32', { batch_size: 32 }],
])('%s says several conditions, or texts', (text, conditions) => {
  expect(headingOf(text, CONDITIONS)).toEqual({ level: 2, isOfRun: true, conditions });
});

test.each(['abc', 'Infinity', '1e999', '0x10', '1.2.3', '.', 'NaN'])(
  '## LR = %s is above a run, and says no learning rate',
  (said) => {
    expect(headingOf(`## LR = ${said}`, CONDITIONS)).toEqual({ level: 2, isOfRun: true, conditions: {} });
  },
);

test.each([
  '### Conclusion',
  '## LR',
  '## LR = ',
  '## Colr = 0.1',
  '## Lower LR = 0.001 is better',
  '## LR 0.001 and 0.01',
  '## LR analysis',
  '## LR = 0.1, as before',
  '## Momentum = 0.9',
])('%s is another heading', (text) => {
  expect(headingOf(text, CONDITIONS)).toMatchObject({ isOfRun: false, conditions: {} });
});

test.each(['LR = 0.001', 'lr: 0.1', '#', '#hashtag', ''])('%s is none', (text) => {
  expect(headingOf(text, CONDITIONS)).toBeUndefined();
});
