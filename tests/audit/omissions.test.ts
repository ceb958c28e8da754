import { omissionsOf } from '../../src/audit/omissions';
import { EXPERIMENT, STUDY } from '../judge/ourStudy';
import { auditedRuns, readText, REPORT } from './judgedDocument';

function omitted(change: (text: string) => string = (text) => text): string[] {
  const { document, runs } = readText(change(REPORT));
  return omissionsOf(document.lines, auditedRuns(runs), STUDY, EXPERIMENT).map(({ what }) => what);
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
  const other = {
    ...EXPERIMENT,
    data: { ...EXPERIMENT.data, normalisation: { mean: 0.5, std: 0.25 } },
    optimizer: { ...EXPERIMENT.optimizer, type: 'SGD' as const, momentum: 0.9 },
  };
  const { document, runs } = readText(REPORT);
  const said = omissionsOf(document.lines, auditedRuns(runs), STUDY, other as typeof EXPERIMENT).map(
    ({ consequence }) => consequence,
  );
  expect(said[1]).toContain('SGD');
  expect(said[2]).toContain('mean 0.5 and deviation 0.25');
});

test('of a study that another trainer makes, with conditions of its own, its own words are said', () => {
  const { document, runs } = readText(REPORT);
  const conditions = [{ name: 'lr', title: 'size of the steps' }];
  const said = omissionsOf(document.lines, auditedRuns(runs), { conditions }, undefined);
  expect(said.map(({ what }) => what)).toEqual([
    ...['the seed', 'the optimizer', 'the versions of the software', 'the batch size'],
    'other runs at the same size of the steps',
  ]);
  expect(said[1].consequence).toBe('what a size of the steps means depends on it');
  expect(said[4].consequence).toMatch(/^each size of the steps is judged by one run/);
});

test('a number of few digits does not speak of the normalisation', () => {
  const normalised = (mean: number): string[] => {
    const data = { ...EXPERIMENT.data, normalisation: { mean, std: 1 } };
    const { document, runs } = readText(`${REPORT}\n## Notes\nIt took 0.5 or 0.1307 hours.\n`);
    return omissionsOf(document.lines, auditedRuns(runs), STUDY, { ...EXPERIMENT, data }).map(
      ({ what }) => what,
    );
  };
  expect(normalised(0.1307)).not.toContain(ALL[2]);
  expect(normalised(0.5)).toContain(ALL[2]);
});
