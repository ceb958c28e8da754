import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDocument } from '../../src/audit/document';
import { omissionsOf } from '../../src/audit/omissions';
import { digitClassifier } from '../spec/experiments';

const REPORT = readFileSync(join(__dirname, '../../fixtures/reported/lr-experiment.txt'), 'utf8');

function omitted(change: (text: string) => string = (text) => text): string[] {
  const { document, runs } = readDocument(Buffer.from(change(REPORT)), 'report');
  return omissionsOf(document.lines, runs, digitClassifier.experiment).map(({ what }) => what);
}

const ALL = [
  'the seed',
  'the optimizer',
  'the normalisation of the pixels',
  'the versions of the software',
  'the batch size',
  'the order of the layers with the places of ReLU and dropout',
  'other runs at the same learning rate',
];

test('the report speaks of none of it', () => {
  expect(omitted()).toEqual(ALL);
});

test.each([
  ['the seed', 'torch.manual_seed(1)'],
  ['the optimizer', 'Trained with Adam.'],
  ['the normalisation of the pixels', 'Pixels normalized with 0.1307.'],
  ['the versions of the software', 'Made with PyTorch 1.13.1.'],
  ['the versions of the software', 'torch==2.1'],
  ['the batch size', 'Batches of 64 images.'],
  ['the order of the layers with the places of ReLU and dropout', 'def forward(self, x):'],
  ['other runs at the same learning rate', 'The mean of five runs ± their standard deviation.'],
])('%s is not omitted where a line says: %s', (what, line) => {
  expect(omitted((text) => `${text}\n## Notes\n${line}\n`)).toEqual(ALL.filter((other) => other !== what));
});

test('a device or a language is no version', () => {
  const text = (text: string): string => `${text}\n## Notes\nPython is a language, CUDA is fast.\n`;
  expect(omitted(text)).toContain('the versions of the software');
});

test('two runs at one learning rate are other runs', () => {
  expect(omitted((text) => text.replace('## LR = 0.001\n', '## LR = 0.01\n'))).not.toContain(ALL[6]);
});

test('of runs whose learning rates are not known, none is said to be alone at its own', () => {
  expect(omitted((text) => text.replace('## LR = 0.001\n', '## Second\n'))).not.toContain(ALL[6]);
});

test('what is assumed instead is what the experiment has', () => {
  const { experiment } = digitClassifier;
  const other = {
    ...experiment,
    data: { ...experiment.data, normalisation: { mean: 0.5, std: 0.25 } },
    optimizer: { ...experiment.optimizer, type: 'SGD' as const, momentum: 0.9 },
  };
  const { document, runs } = readDocument(Buffer.from(REPORT), 'report');
  const said = omissionsOf(document.lines, runs, other as typeof experiment).map(
    ({ consequence }) => consequence,
  );
  expect(said[1]).toContain('SGD');
  expect(said[2]).toContain('mean 0.5 and deviation 0.25');
});
