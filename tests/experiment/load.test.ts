import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KNOWN_SHA256 } from '../../src/data/known';
import { reportedRuns } from '../../src/cli/reported';
import { digestOf } from '../../src/experiment/digest';
import { experimentOf, loadExperiment, parseExperiment } from '../../src/experiment/load';
import { printModel } from '../../src/experiment/print';
import type { Experiment } from '../../src/experiment/types';
import { loadStudy } from '../../src/study/load';
import type { Study } from '../../src/study/types';
import type { ErrorFacts } from '../../src/base/errors';
import { refusal } from '../refusal';
import { digitClassifier, SPEC_FOLDER, specs } from '../spec/experiments';

const { text, experiment, reportText } = digitClassifier;
const PATH = join(SPEC_FOLDER, 'lr-experiment', 'experiment.json');

describe('loading an experiment', () => {
  test('from its file is the same as from its text', async () => {
    expect(await loadExperiment(PATH)).toEqual(experiment);
  });

  describe('takes the digest of what its runs follow from', () => {
    const digestWith = (from: string | RegExp, to: string): string => {
      const changed = text.replace(from, to);
      expect(changed).not.toBe(text);
      return parseExperiment(changed, PATH).sha256;
    };

    test.each([
      ['batch size', '"batchSize": 64', '"batchSize": 32'],
      ['normalisation', '"mean": 0.1307', '"mean": 0.5'],
      ['dropout', '"p": 0.5', '"p": 0.25'],
      ['optimizer', '"eps": 1e-8', '"eps": 1e-7'],
      ['name of the model file', '"model": "mnist_model.pth"', '"model": "other.pth"'],
    ])('another %s is another experiment', (_, from, to) => {
      expect(digestWith(from, to)).not.toBe(experiment.sha256);
    });

    test.each([
      ['another list of learning rates', '"lrs": [0.0001, ', '"lrs": [0.0002, '],
      ['a reworded evidence', "PyTorch's default; the", 'The default; the'],
      ['another order of keys', /"mean": (\S+), "std": (\S+)/, '"std": $2, "mean": $1'],
    ])('%s is the same', (_, from, to) => {
      expect(digestWith(from, to)).toBe(experiment.sha256);
    });
  });

  describe('of optional fields', () => {
    const { training } = experiment;
    test.each<[string, Partial<Experiment>]>([
      ['arithmetic', { arithmetic: 'fused-chain' }],
      ['number of constructions', { training: { ...training, constructions: 2 } }],
      ['time of the evaluations', { training: { ...training, evaluations: 'after-training' } }],
    ])('another %s is another experiment', (_, change) => {
      expect(digestOf({ ...experiment, ...change })).not.toBe(experiment.sha256);
    });

    test.each<[string, Partial<Experiment>]>([
      ['the arithmetic that is the default', { arithmetic: 'assay' }],
      ['what would be anyway', { training: { ...training, constructions: 1, evaluations: 'each-epoch' } }],
      ['another seed', { training: { ...training, seed: 7 } }],
    ])('%s is the same', (_, change) => {
      expect(digestOf({ ...experiment, ...change })).toBe(experiment.sha256);
    });

    test('the arithmetic fused-chain is refused with an optimizer that it does not define', () => {
      const document = {
        ...experiment,
        arithmetic: 'fused-chain',
        optimizer: { type: 'SGD', momentum: 0 },
      } as const;
      expect(refusal(() => experimentOf(document, PATH))?.facts).toMatchObject({
        where: `${PATH}, optimizer.type`,
        expected: 'Adam',
        got: 'SGD',
      });
    });
  });

  test('freezes it deeply', () => {
    expect(Object.isFrozen(experiment)).toBe(true);
    expect(Object.isFrozen(experiment.model.modules[0])).toBe(true);
    expect(Object.isFrozen(experiment.training.lrs)).toBe(true);
  });

  test('of a missing file is refused', async () => {
    await expect(loadExperiment('no-such.json')).rejects.toMatchObject({ code: 'file-not-found' });
  });
});

describe('a fault in an experiment is named', () => {
  /** The first occurrence of `from` in the experiment's file becomes `to`. */
  test.each<[string, string, string, string, Partial<ErrorFacts>]>([
    [
      'a misspelt key',
      '"kernelSize"',
      '"kernelSise"',
      'spec-invalid',
      {
        what: "unknown key 'kernelSise'",
        where: 'model.modules[0]',
        got: 'kernelSise',
        hint: "did you mean 'kernelSize'?",
      },
    ],
    [
      'a misspelt type',
      '"Conv2d"',
      '"Conv2D"',
      'spec-invalid',
      { where: 'model.modules[0].type', got: '"Conv2D"', hint: "did you mean 'Conv2d'?" },
    ],
    ...['GELU', 'Conv1d', 'BatchNorm2d'].map(
      (type): [string, string, string, string, Partial<ErrorFacts>] => [
        `a module that is not trained here, ${type}`,
        '"Conv2d"',
        `"${type}"`,
        'spec-invalid',
        {
          got: `"${type}"`,
          hint: expect.stringMatching(/^assay trains no other; .* can be judged/) as string,
        },
      ],
    ),
    ...['run.json', 'train.log', 'Checkpoint.SafeTensors', 'predictions.png'].map(
      (name): [string, string, string, string, Partial<ErrorFacts>] => [
        `a model file called ${name}, as another file of a run is`,
        '"model": "mnist_model.pth"',
        `"model": "${name}"`,
        'spec-invalid',
        name === 'predictions.png'
          ? { where: 'artifacts.predictions', got: name }
          : { where: 'artifacts.model', got: name },
      ],
    ),
    [
      'a name of the data that steers a terminal',
      '"name": "MNIST"',
      '"name": "M\\u001b[2J"',
      'spec-invalid',
      { where: 'data.name', got: '"M\\u001b[2J"' },
    ],
    [
      'a mean that no pixel reaches',
      '"mean": 0.1307',
      '"mean": 1.1307',
      'spec-invalid',
      { where: 'data.normalisation.mean', got: '1.1307' },
    ],
    [
      'a missing key',
      '"batchSize": 64,',
      '',
      'spec-invalid',
      { what: "missing key 'batchSize'", where: 'training' },
    ],
    [
      'text for a number',
      '"eps": 1e-8',
      '"eps": "small"',
      'spec-invalid',
      { where: 'optimizer.eps', expected: 'number', got: '"small"' },
    ],
    [
      'a dropout of all',
      '"p": 0.5',
      '"p": 1',
      'spec-invalid',
      { where: 'model.modules[5].p', expected: '< 1' },
    ],
    [
      'a beta of 1',
      '"betas": [0.9, 0.999]',
      '"betas": [0.9, 1]',
      'spec-invalid',
      { where: 'optimizer.betas[1]' },
    ],
    [
      'a padding below zero',
      '"padding": [1, 1]',
      '"padding": [1, -1]',
      'spec-invalid',
      { where: 'model.modules[0].padding[1]', expected: '>= 0', got: '-1' },
    ],
    [
      'half an epoch',
      '"epochs": 5',
      '"epochs": 5.5',
      'spec-invalid',
      { where: 'training.epochs', expected: 'integer' },
    ],
    [
      'no epoch',
      '"epochs": 5',
      '"epochs": 0',
      'spec-invalid',
      { where: 'training.epochs', expected: '>= 1' },
    ],
    [
      'a learning rate of 0',
      '[0.0001, 0.001, 0.01]',
      '[0]',
      'spec-invalid',
      { where: 'training.lrs[0]', expected: '> 0' },
    ],
    [
      'a comma too many',
      '"loss": "CrossEntropyLoss",',
      '"loss": "CrossEntropyLoss",,',
      'json-syntax',
      { what: 'not JSON' },
    ],
    [
      'fc1 with 3135 inputs',
      '"inFeatures": 3136',
      '"inFeatures": 3135',
      'spec-shape-mismatch',
      {
        what: 'fc1 (Linear) cannot take the output of the call before it',
        where: 'module fc1',
        expected: 'an input of [3135], as inFeatures says',
        got: '[3136], derived from the calls before',
      },
    ],
    [
      'conv2 with 31 channels',
      '"inChannels": 32',
      '"inChannels": 31',
      'spec-shape-mismatch',
      {
        where: 'module conv2',
        expected: 'an input of 31 channels, as inChannels says',
        got: '[32, 14, 14], derived from the calls before',
      },
    ],
    [
      'an expected shape',
      '[64, 14, 14]',
      '[64, 14, 13]',
      'spec-shape-mismatch',
      { where: 'expected.outputShapes[3] (module conv2)' },
    ],
    [
      'a shape too few',
      '{ "module": "fc2", "shape": [10] }',
      '{ "module": "fc2", "shape": [10] }, { "module": "fc2", "shape": [10] }',
      'spec-shape-mismatch',
      { where: 'expected.outputShapes.length' },
    ],
    [
      'an expected count',
      '"conv1.weight": 288',
      '"conv1.weight": 289',
      'spec-shape-mismatch',
      {
        where: "expected.parameterCounts['conv1.weight']",
        expected: '289, as the experiment says',
        got: '288, derived from model.modules and model.forward',
      },
    ],
    [
      'a count of no parameter',
      '"conv1.weight": 288',
      '"conv1.wait": 288, "conv1.weight": 288',
      'spec-shape-mismatch',
      { where: 'keys of expected.parameterCounts' },
    ],
    ['the count in all', '421642', '421643', 'spec-shape-mismatch', { where: 'expected.parameterCount' }],
    [
      'another number of classes',
      '"classes": 10',
      '"classes": 11',
      'spec-shape-mismatch',
      { where: 'data.classes' },
    ],
    [
      'a call of no module',
      '"forward": ["conv1"',
      '"forward": ["conv3"',
      'spec-invalid',
      { what: 'forward[0] calls an unknown module', where: 'model', got: 'conv3' },
    ],
    [
      'a module that is not called',
      '"relu", "dropout", "fc2"]',
      '"relu", "fc2"]',
      'spec-invalid',
      { what: 'module dropout is never called', where: 'model' },
    ],
    [
      'a second call of weights',
      '"dropout", "fc2"]',
      '"dropout", "fc2", "fc2"]',
      'spec-invalid',
      { where: 'model', expected: 'conv1, conv2, fc1, fc2', got: 'conv1, conv2, fc1, fc2, fc2' },
    ],
    [
      'two modules of one name',
      '"name": "conv2"',
      '"name": "conv1"',
      'spec-invalid',
      { what: 'two modules have one name', got: 'conv1' },
    ],
    [
      'provenance of no field',
      '"training.epochs"',
      '"training.epoch"',
      'spec-invalid',
      { what: 'provenance of a field that does not exist', where: "provenance['training.epoch']" },
    ],
    [
      'reported, without a report',
      '"report": {',
      '"raport": {',
      'spec-invalid',
      { hint: "did you mean 'report'?" },
    ],
  ])('%s', (_, from, to, code, { where, ...facts }) => {
    const broken = text.replace(from, to);
    expect(broken).not.toBe(text);
    const error = refusal(() => parseExperiment(broken, 'spec.json'));
    expect(error?.code).toBe(code);
    expect(error?.facts).toMatchObject({
      ...facts,
      where: expect.stringContaining(where ?? 'spec.json') as string,
    });
    expect(error?.facts.where).toMatch(/^spec\.json/);
  });

  test('a syntax error has its line and column', () => {
    const error = refusal(() => parseExperiment('{\n  "name": 1 2\n}', 'spec.json'));
    expect(error?.facts.where).toBe('spec.json, line 2, column 13');
  });

  test('a reported field needs a report', () => {
    const { report: _, ...withoutReport } = JSON.parse(text) as Record<string, unknown>;
    const error = refusal(() => parseExperiment(JSON.stringify(withoutReport), 'spec.json'));
    expect([error?.code, error?.facts.what]).toEqual(['spec-invalid', 'a reported field without a report']);
  });

  test.each(Object.keys(experiment.provenance))(
    'without its provenance, %s is a field of unknown origin',
    (path) => {
      const { [path]: _, ...others } = experiment.provenance;
      const { sha256: __, ...document } = { ...experiment, provenance: others };
      const error = refusal(() => parseExperiment(JSON.stringify(document), 'spec.json'));
      // An entry below another only says it more exactly.
      const isRefinement = Object.keys(others).some(
        (other) => path.startsWith(`${other}[`) || path.startsWith(`${other}.`),
      );
      expect(error?.facts.what).toBe(isRefinement ? undefined : 'a field without provenance');
    },
  );
});

describe.each(specs)('$name: where its fields come from', ({ experiment, reportText }) => {
  const reported = Object.entries(experiment.provenance).filter(([, { source }]) => source === 'reported');

  if (reported.length > 0) {
    test.each(reported)('%s: the quote stands in the report', (_, { evidence }) => {
      expect(reportText).toContain(evidence);
    });
  }

  test('the synthetic digits are those that this version draws', () => {
    expect(experiment.data.synthetic.sha256).toBe(KNOWN_SHA256.synthetic);
  });
});

describe('the digit classifier', () => {
  test('quotes each module as the report prints it', () => {
    const printed = printModel(experiment.model).split('\n').slice(1, -1);
    const quoted = experiment.model.modules.map(
      (_, index) => experiment.provenance[`model.modules[${index}]`],
    );
    expect(quoted).toEqual(printed.map((line) => ({ source: 'reported', evidence: line.trim() })));
  });

  test('says that what the report leaves out is assumed', () => {
    const assumed = Object.keys(experiment.provenance).filter(
      (path) => experiment.provenance[path].source === 'assumed',
    );
    expect(assumed).toEqual(
      expect.arrayContaining(['data.normalisation', 'optimizer.betas', 'optimizer.eps', 'model.forward[9]']),
    );
  });

  test('is trained on MNIST', () => {
    expect(experiment.data.sha256).toBe(KNOWN_SHA256.mnist);
  });
});

describe('the report of an experiment', () => {
  let study: Study;
  beforeAll(async () => {
    study = await loadStudy(join(SPEC_FOLDER, 'lr-experiment'));
  });

  test('has the learning rates of the experiment', async () => {
    const runs = await reportedRuns({ study, experiment });
    expect(runs.map(({ conditions }) => conditions)).toEqual(experiment.training.lrs.map((lr) => ({ lr })));
    expect(runs.flatMap(({ faults }) => faults)).toEqual([]);
  });

  test('is refused with other bytes than those that the experiment was made from', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-report-'));
    try {
      const report = join(folder, 'report.txt');
      writeFileSync(report, reportText.replace('98.57%', '98.58%'));
      await expect(reportedRuns({ study: { ...study, report }, experiment })).rejects.toMatchObject({
        code: 'spec-invalid',
        facts: { where: `${study.experiment}, report.sha256`, expected: experiment.report?.sha256 },
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('is none where the study names none', async () => {
    expect(await reportedRuns({ study: { ...study, report: undefined }, experiment })).toEqual([]);
  });
});
