import { headingOf } from '../../../src/logs/pytorchExample/heading';

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
])('%s is above a run, and says its learning rate', (text, level, lr) => {
  expect(headingOf(text)).toEqual({ level, isOfRun: true, lr });
});

test.each(['abc', '0', '-0.1', '0.0', 'Infinity', '1e999', '0x10', '1.2.3', '.', 'NaN'])(
  '## LR = %s is above a run, and says no learning rate',
  (said) => {
    expect(headingOf(`## LR = ${said}`)).toEqual({ level: 2, isOfRun: true });
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
])('%s is another heading', (text) => {
  expect(headingOf(text)).toMatchObject({ isOfRun: false });
});

test.each(['LR = 0.001', 'lr: 0.1', '#', '#hashtag', ''])('%s is none', (text) => {
  expect(headingOf(text)).toBeUndefined();
});
