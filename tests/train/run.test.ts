import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fc, test as property } from '@fast-check/jest';
import { createReferenceEngine } from '../../src/engine/reference';
import { AssayError } from '../../src/base/errors';
import { sha256OfFloats } from '../../src/base/f32';
import { textOf } from '../../src/logs/pytorchExample/print';
import type { OptimizerSpec } from '../../src/experiment/types';
import { readSafetensors } from '../../src/pytorch/checkpoint/safetensors/read';
import { encodeSafetensors } from '../../src/pytorch/checkpoint/safetensors/write';
import { parseRunRecord, type RunRecord } from '../../src/run/record';
import { initialParameters } from '../../src/pytorch/random/init';
import { Mt19937 } from '../../src/pytorch/random/mt19937';
import {
  readCheckpoint,
  readWeights,
  runExperiment,
  type RunOptions,
  type RunOutcome,
  type RunProgress,
  type Weights,
} from '../../src/train';
import { Batches } from '../../src/train/batches';
import { trainEpoch } from '../../src/train/epoch';
import { tinyData, tinyExperiment, tinyLayers, tinyStepsPerEpoch } from './tiny';

const root = mkdtempSync(join(tmpdir(), 'assay-run-'));
let folders = 0;
afterAll(() => rm(root, { recursive: true }));

const newFolder = (): string => join(root, `run-${folders++}`);

function options(more: Partial<RunOptions> = {}): RunOptions {
  return {
    experiment: tinyExperiment,
    dataSet: tinyData,
    lr: 0.01,
    seed: 3,
    engine: 'reference',
    outDir: newFolder(),
    ...more,
  };
}

async function finish(run: RunOptions): Promise<RunRecord> {
  const outcome = await runExperiment(run);
  if (outcome.status !== 'finished') throw new Error('interrupted');
  return outcome.record;
}

/** Runs until `count` steps (or what `counts` says) have been done since the start or the resumption, then stops the run. */
async function interruptAfter(
  count: number,
  run: RunOptions,
  counts: (progress: RunProgress) => boolean = ({ phase }) => phase === 'train',
): Promise<RunOutcome> {
  const controller = new AbortController();
  let done = 0;
  const onProgress: RunOptions['onProgress'] = (progress) => {
    if (counts(progress) && ++done === count) controller.abort('enough');
  };
  return runExperiment({ ...run, signal: controller.signal, onProgress });
}

async function errorOf(run: Promise<unknown>): Promise<AssayError> {
  const error: unknown = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AssayError);
  return error as AssayError;
}

/** Puts the checkpoint of a run that was stopped after so many steps into the folder of another. */
async function withCheckpointOf(steps: number, outDir: string): Promise<void> {
  const earlier = options();
  await interruptAfter(steps, earlier);
  await cp(join(earlier.outDir, 'checkpoint.safetensors'), join(outDir, 'checkpoint.safetensors'));
}

/** All of a record that must not depend on the machine or the time. */
function reproduciblePart({ environment: _, ...part }: RunRecord): Omit<RunRecord, 'environment'> {
  return part;
}

/** All that a run leaves, but for what depends on the machine or the time. */
async function results(outDir: string): Promise<unknown> {
  const read = (name: string): Promise<Buffer> => readFile(join(outDir, name));
  const record = parseRunRecord(String(await read('run.json')), outDir);
  return {
    record: reproduciblePart(record),
    log: String(await read('train.log')),
    pth: (await read('tiny.pth')).toString('base64'),
  };
}

describe('a run', () => {
  const lines: string[] = [];
  const run = options({ onLine: (line) => lines.push(line) });
  let record: RunRecord;
  beforeAll(async () => {
    record = await finish(run);
  });

  test('leaves a record, its log, a PyTorch checkpoint and its own, and nothing else', async () => {
    expect((await readdir(run.outDir)).sort()).toEqual([
      'checkpoint.safetensors',
      'run.json',
      'tiny.pth',
      'train.log',
    ]);
    expect(parseRunRecord(await readFile(join(run.outDir, 'run.json'), 'utf8'), 'run.json')).toEqual(record);
    expect(await readFile(join(run.outDir, 'train.log'), 'utf8')).toBe(
      lines.map((line) => `${line}\n`).join(''),
    );
  });

  test('prints a line every three batches, a test line per epoch, and the end', () => {
    const training = lines.filter((line) => line.startsWith('Train Epoch:'));
    expect(training.map((line) => line.split('\t')[0])).toEqual(
      [1, 2, 3].flatMap((epoch) => [
        `Train Epoch: ${epoch} [0/50 (0%)]`,
        `Train Epoch: ${epoch} [24/50 (43%)]`,
        `Train Epoch: ${epoch} [48/50 (86%)]`,
      ]),
    );
    expect(training.map((line) => line.split('\t')[1])).toEqual(
      record.losses.filter((_, step) => (step % 7) % 3 === 0).map((loss) => `Loss: ${loss.toFixed(6)}`),
    );
    expect(lines.filter((line) => line.startsWith('Test set:'))).toHaveLength(3);
    expect(lines[0]).toBe('Using device: cpu');
    expect(lines[lines.length - 1]).toMatch(/^Final Test Accuracy: \d+\.\d\d%$/);
  });

  test('has learnt to tell the halves apart', () => {
    expect(record.losses).toHaveLength(3 * tinyStepsPerEpoch);
    const [first, , last] = record.epochs;
    expect(last.correctCount).toBeGreaterThan(20);
    expect(last.testLoss).toBeLessThan(first.testLoss);
  });

  test('computes what its parts compute in their order', async () => {
    const engine = await createReferenceEngine({
      layers: tinyLayers,
      optimizer: tinyExperiment.optimizer,
      maxBatch: 8,
    });
    const weights = (): string => sha256OfFloats(engine.getParameters().map(({ data }) => data));
    const generator = new Mt19937(3);
    engine.setParameters(initialParameters(tinyLayers, generator));
    expect(record.initialWeightsSha256).toBe(weights());
    const train = new Batches(tinyData.train, tinyExperiment.data.normalisation);
    const losses: number[] = [];
    for (const { weightsSha256 } of record.epochs) {
      losses.push(...trainEpoch(engine, tinyLayers, train, 8, 0.01, generator));
      expect(weightsSha256).toBe(weights());
      generator.nextUint32(); // the test iterator's base seed, an int64
      generator.nextUint32();
    }
    expect(record.losses).toEqual(losses);
    expect(record.finalWeightsSha256).toBe(weights());
  });

  test('draws nothing between its epochs where it is evaluated after the training', async () => {
    const experiment = {
      ...tinyExperiment,
      training: { ...tinyExperiment.training, evaluations: 'after-training' as const },
    };
    const { losses, epochs } = await finish(options({ experiment }));
    const engine = await createReferenceEngine({
      layers: tinyLayers,
      optimizer: tinyExperiment.optimizer,
      maxBatch: 8,
    });
    const generator = new Mt19937(3);
    engine.setParameters(initialParameters(tinyLayers, generator));
    const batches = new Batches(tinyData.train, tinyExperiment.data.normalisation);
    const expected = epochs.flatMap(() => [...trainEpoch(engine, tinyLayers, batches, 8, 0.01, generator)]);
    expect(losses).toEqual(expected);
    expect(losses).not.toEqual(record.losses);
  });

  test('gives the same bits again, and others with another seed or learning rate', async () => {
    const again = options();
    await finish(again);
    expect(await results(again.outDir)).toEqual(await results(run.outDir));
    for (const other of [{ seed: 4 }, { lr: 0.02 }]) {
      const otherRecord = await finish(options(other));
      expect(otherRecord.finalWeightsSha256).not.toBe(record.finalWeightsSha256);
    }
  });

  test('lets timers and signals have their turn after each step', async () => {
    let turns = 0;
    let isRunning = true;
    const count = (): void => {
      turns++;
      if (isRunning) setImmediate(count);
    };
    setImmediate(count);
    const turnsAtSteps: number[] = [];
    await finish(
      options({ onProgress: ({ phase }) => void (phase === 'train' && turnsAtSteps.push(turns)) }),
    );
    isRunning = false;
    expect(new Set(turnsAtSteps).size).toBe(3 * tinyStepsPerEpoch);
  });

  test('reports how far it is', async () => {
    const reports: string[] = [];
    await finish(
      options({
        epochs: 1,
        onProgress: ({ phase, epoch, epochs, done, total }) =>
          reports.push(`${phase} ${epoch}/${epochs} ${done}/${total}`),
      }),
    );
    expect(reports).toEqual([
      ...[8, 16, 24, 32, 40, 48, 50].map((done) => `train 1/1 ${done}/50`),
      ...[8, 16, 23].map((done) => `evaluate 1/1 ${done}/23`),
    ]);
  });
});

describe('stopped and resumed', () => {
  const progressPerEpoch = tinyStepsPerEpoch + Math.ceil(tinyData.test.count / 8);
  let straight: unknown;
  beforeAll(async () => {
    const run = options();
    await finish(run);
    straight = await results(run.outDir);
  });

  property.prop(
    [
      fc.constantFrom<OptimizerSpec>(
        tinyExperiment.optimizer,
        { type: 'SGD', momentum: 0.9 },
        { type: 'RMSprop', alpha: 0.9, eps: 1e-8 },
      ),
      fc.array(fc.integer({ min: 1, max: 3 * progressPerEpoch - 1 }), { minLength: 1, maxLength: 3 }),
    ],
    { numRuns: 30 },
  )('anywhere, any number of times: the bits of a run that was never stopped', async (optimizer, stops) => {
    const experiment = { ...tinyExperiment, optimizer };
    const straightLines: string[] = [];
    const whole = options({ experiment, onLine: (line) => straightLines.push(line) });
    await finish(whole);

    const run = options({ experiment });
    let [resume, stepsDone] = [false, 0];
    const counted: RunOptions['onProgress'] = ({ phase }) => void (phase === 'train' && stepsDone++);
    for (const count of stops) {
      const outcome = await interruptAfter(count, { ...run, resume }, (progress) => {
        counted(progress);
        return true;
      });
      if (outcome.status === 'finished') break; // there was less left
      expect(outcome.stepsDone).toBe(stepsDone);
      expect(await readdir(run.outDir)).toEqual(['checkpoint.safetensors', 'train.log']);
      const log = await readFile(join(run.outDir, 'train.log'), 'utf8');
      expect(log).toBe(textOf(straightLines.slice(0, log.split('\n').length - 1)));
      resume = true;
    }
    const lines: string[] = [];
    await finish({ ...run, resume, onLine: (line) => lines.push(line), onProgress: counted });
    expect(await results(run.outDir)).toEqual(await results(whole.outDir));
    expect(lines).toEqual(straightLines);
    expect(stepsDone).toBe(3 * tinyStepsPerEpoch); // none of them twice
  });

  test('says what is saved', async () => {
    const run = options();
    expect(await interruptAfter(tinyStepsPerEpoch + 2, run)).toEqual({
      status: 'interrupted',
      checkpointPath: join(run.outDir, 'checkpoint.safetensors'),
      epochsDone: 1,
      stepsDone: tinyStepsPerEpoch + 2,
      stepsPerEpoch: tinyStepsPerEpoch,
    });
  });

  test('during an evaluation', async () => {
    const run = options();
    const inSecond = ({ phase, epoch }: RunProgress): boolean => phase === 'evaluate' && epoch === 2;
    const outcome = await interruptAfter(1, run, inSecond);
    expect(outcome).toMatchObject({
      status: 'interrupted',
      epochsDone: 1,
      stepsDone: 2 * tinyStepsPerEpoch,
    });
    const record = await finish({ ...run, untilStep: 2 * tinyStepsPerEpoch, resume: true });
    expect(record.epochs).toHaveLength(2);
    await finish({ ...run, resume: true });
    expect(await results(run.outDir)).toEqual(straight);
  });

  test('when it was finished: its files are written again', async () => {
    const run = options();
    await finish(run);
    await rm(join(run.outDir, 'run.json'));
    await finish({ ...run, resume: true });
    expect(await results(run.outDir)).toEqual(straight);
  });

  test('with more epochs than it was started with', async () => {
    const run = options({ epochs: 2 });
    await finish(run);
    await finish({ ...run, epochs: 3, resume: true });
    expect(await results(run.outDir)).toEqual(straight);
  });

  test('on the other engine, which has the same bits', async () => {
    const run = options();
    await interruptAfter(tinyStepsPerEpoch + 1, run);
    const record = await finish({ ...run, resume: true, engine: 'wasm', threads: 2 });
    const { record: expected } = straight as { record: RunRecord };
    expect(reproduciblePart(record)).toEqual({ ...expected, engine: 'wasm' });
  });

  describe('is refused', () => {
    const run = options();
    beforeAll(() => interruptAfter(tinyStepsPerEpoch + 1, run));

    test.each<[string, Partial<RunOptions>, string, string]>([
      ['learning rate', { lr: 0.02 }, '0.01', '0.02'],
      ['seed', { seed: 4 }, '3', '4'],
      ['stream of random numbers', { rng: 'pytorch-mt19937-mkl' }, 'pytorch-mt19937', 'pytorch-mt19937-mkl'],
      ['experiment', { experiment: { ...tinyExperiment, sha256: 'c'.repeat(64) } }, 'aaaa', 'cccc'],
      ['data set', { dataSet: { ...tinyData, sha256: 'd'.repeat(64) } }, 'bbbb', 'dddd'],
      ['epochs', { epochs: 1 }, '2', '1'],
      ['steps', { untilStep: 7 }, '8', '7'],
    ])('with another %s', async (what, change, expected, got) => {
      const { code, facts } = await errorOf(runExperiment({ ...run, ...change, resume: true }));
      expect(code).toBe('resume-mismatch');
      expect(facts.what).toContain(what);
      expect(facts.expected).toContain(expected);
      expect(facts.got).toContain(got);
    });

    test.each<[string, Partial<RunOptions>, string, string, string]>([
      ['steps', { untilStep: 9 }, 'steps', '--until-step 10 at least', '9'],
      ['epochs', { epochs: 1 }, 'epochs', '--epochs 2 at least', '1'],
    ])('with fewer %s than are recorded after the checkpoint', async (_, change, what, expected, got) => {
      const recorded = options({ untilStep: 10 });
      await finish(recorded);
      await withCheckpointOf(9, recorded.outDir);
      const before = await results(recorded.outDir);
      const asked = { ...recorded, untilStep: undefined, ...change, resume: true };
      const { code, facts } = await errorOf(runExperiment(asked));
      expect(code).toBe('resume-mismatch');
      expect(facts).toMatchObject({ what: `the run has more ${what} already`, expected, got });
      expect(facts.where).toBe(join(recorded.outDir, 'run.json'));
      expect(await results(recorded.outDir)).toEqual(before);
      await finish({ ...recorded, resume: true });
      expect(await results(recorded.outDir)).toEqual(before);
    });

    test.each<[string, Partial<RunOptions>, string]>([
      ['experiment', { experiment: { ...tinyExperiment, sha256: 'c'.repeat(64) } }, '--study'],
      ['data set', { dataSet: { ...tinyData, sha256: 'd'.repeat(64) } }, '--data'],
      ['engine', { engine: 'tfjs' }, '--engine reference'],
    ])('with another %s, naming the option to give', async (_, change, option) => {
      const { facts } = await errorOf(runExperiment({ ...run, ...change, resume: true }));
      expect(facts.hint).toContain(option);
    });

    test('without a checkpoint', async () => {
      const { code, facts } = await errorOf(runExperiment(options({ resume: true })));
      expect(code).toBe('file-not-found');
      expect(facts.where).toContain('checkpoint.safetensors');
    });
  });
});

describe('from the weights of another run', () => {
  const earlier = options({ epochs: 1, seed: 5 });
  let init: Weights;
  beforeAll(async () => {
    await finish(earlier);
    init = await readWeights(join(earlier.outDir, 'tiny.pth'), tinyExperiment);
  });

  test('the record says which, and the run begins with them', async () => {
    const { finalWeightsSha256 } = await finish({ ...earlier, outDir: newFolder() });
    const record = await finish(options({ init }));
    expect(record.initialWeightsSha256).toBe(finalWeightsSha256);
    expect(record.init).toEqual({
      name: 'tiny.pth',
      sha256: createHash('sha256')
        .update(await readFile(join(earlier.outDir, 'tiny.pth')))
        .digest('hex'),
    });
  });

  test('the draws after the initial ones are the seed’s, as in PyTorch', async () => {
    const drawn = await finish(options());
    const parameters = initialParameters(tinyLayers, new Mt19937(3));
    const { init: _, ...record } = await finish(options({ init: { ...init, parameters } }));
    expect(reproduciblePart(record)).toEqual(reproduciblePart(drawn));
  });

  test('stopped and resumed: the same, without the file', async () => {
    const straight = options({ init });
    await finish(straight);
    const run = options();
    await interruptAfter(tinyStepsPerEpoch + 1, { ...run, init });
    await finish({ ...run, resume: true });
    expect(await results(run.outDir)).toEqual(await results(straight.outDir));
  });
});

describe('until a step', () => {
  test('within an epoch: that epoch is not evaluated, and no end is printed', async () => {
    const whole = await finish(options());
    const lines: string[] = [];
    const run = options({ untilStep: 10, onLine: (line) => lines.push(line) });
    const record = await finish(run);
    expect(record.losses).toEqual(whole.losses.slice(0, 10));
    expect(record.epochs).toEqual(whole.epochs.slice(0, 1));
    expect(record.plan).toEqual({ epochs: 3, untilStep: 10 });
    expect(record.finalWeightsSha256).not.toBe(record.epochs[0].weightsSha256);
    expect(lines[lines.length - 1]).toMatch(/^Train Epoch: 2 \[0\/50/);
    expect(parseRunRecord(await readFile(join(run.outDir, 'run.json'), 'utf8'), '')).toEqual(record);
  });

  test('at the end of an epoch: that epoch is evaluated', async () => {
    const record = await finish(options({ untilStep: tinyStepsPerEpoch }));
    expect(record.losses).toHaveLength(tinyStepsPerEpoch);
    expect(record.epochs).toHaveLength(1);
    expect(record.finalWeightsSha256).toBe(record.epochs[0].weightsSha256);
  });

  test('resumed, it goes on to the end', async () => {
    const straight = options();
    await finish(straight);
    const run = options({ untilStep: 10 });
    await finish(run);
    await finish({ ...run, untilStep: undefined, resume: true });
    expect(await results(run.outDir)).toEqual(await results(straight.outDir));
  });
});

test('a run that diverges is recorded, and can be resumed', async () => {
  const run = options({ lr: 1e30 });
  const record = await finish(run);
  expect(record.losses).toHaveLength(3 * tinyStepsPerEpoch);
  expect(record.losses.some(Number.isNaN)).toBe(true);
  expect(record.epochs.map(({ testLoss }) => testLoss)).toEqual([NaN, NaN, NaN]);
  expect(await readFile(join(run.outDir, 'train.log'), 'utf8')).toContain('Loss: nan');

  const stopped = options({ lr: 1e30 });
  await interruptAfter(tinyStepsPerEpoch + 3, stopped);
  await finish({ ...stopped, resume: true });
  expect(await results(stopped.outDir)).toEqual(await results(run.outDir));
});

describe('bad input', () => {
  test('a run folder that cannot be made', async () => {
    const file = newFolder();
    await writeFile(file, '');
    const { code } = await errorOf(runExperiment(options({ outDir: join(file, 'run') })));
    expect(code).toBe('file-unwritable');
  });

  test('images of another size', async () => {
    const train = { ...tinyData.train, height: 4, width: 16 };
    const { code, facts } = await errorOf(runExperiment(options({ dataSet: { ...tinyData, train } })));
    expect(code).toBe('spec-shape-mismatch');
    expect(facts).toMatchObject({ expected: 'images of [1, 8, 8]', got: '[1, 4, 16]' });
  });

  test('a label that the experiment has no class for', async () => {
    const labels = tinyData.test.labels.slice();
    labels[20] = 2;
    const run = options({ dataSet: { ...tinyData, test: { ...tinyData.test, labels } } });
    const { code, facts } = await errorOf(runExperiment(run));
    expect(code).toBe('spec-shape-mismatch');
    expect(facts).toMatchObject({ where: 'data set halves, test', expected: 'labels 0 … 1', got: '2' });
  });
});

describe('a checkpoint', () => {
  const run = options();
  let path: string;
  let bytes: Buffer;
  beforeAll(async () => {
    await interruptAfter(tinyStepsPerEpoch + 1, run);
    path = join(run.outDir, 'checkpoint.safetensors');
    bytes = await readFile(path);
  });

  async function errorOfBytes(changed: Uint8Array): Promise<AssayError> {
    const folder = newFolder();
    await mkdir(folder);
    await writeFile(join(folder, 'checkpoint.safetensors'), changed);
    return errorOf(readCheckpoint(folder));
  }

  test('says what the run was started with', async () => {
    expect((await readCheckpoint(run.outDir)).run).toEqual({
      spec: { name: 'tiny', sha256: 'a'.repeat(64) },
      data: { name: 'halves', sha256: 'b'.repeat(64) },
      lr: 0.01,
      seed: 3,
      rng: 'pytorch-mt19937',
      tier: 'bitwise',
      engine: 'reference',
      epochs: 3,
    });
  });

  type Tensors = Parameters<typeof encodeSafetensors>[0];
  type State = Record<string, unknown>;

  /** The checkpoint with other contents, and a digest that fits them. */
  function forged(change: (tensors: Tensors, state: State) => [Tensors, State | string]): Uint8Array {
    const { tensors, metadata } = readSafetensors(bytes, 'it');
    const typed = tensors.map(({ name, shape, dtype, bytes: view }) => {
      const { buffer } = new Uint8Array(view);
      const data = {
        F32: () => new Float32Array(buffer),
        F64: () => new Float64Array(buffer),
        U32: () => new Uint32Array(buffer),
        U8: () => new Uint8Array(buffer),
      }[dtype as 'F32']();
      return { name, shape, data };
    });
    const [changed, state] = change(typed, JSON.parse(metadata.get('state')!) as State);
    const text = typeof state === 'string' ? state : JSON.stringify(state);
    const file = encodeSafetensors(changed, { format: metadata.get('format')!, state: text });
    file.set(createHash('sha256').update(file.subarray(0, -32)).digest(), file.length - 32);
    return file;
  }

  const without =
    (name: string) =>
    (tensors: Tensors): Tensors =>
      tensors.filter((tensor) => tensor.name !== name);
  const doubled =
    (name: string) =>
    (tensors: Tensors): Tensors =>
      tensors.map((it) => (it.name === name ? { ...it, shape: [2], data: new Float64Array(2) } : it));

  test.each<[title: string, change: Parameters<typeof forged>[0], code: string, ...words: string[]]>([
    ['state that is no JSON', (tensors) => [tensors, '{'], 'json-syntax', 'not JSON'],
    ['deep state', (tensors) => [tensors, '['.repeat(1e5)], 'json-syntax', 'nested too deeply'],
    ['an empty state', (tensors) => [tensors, {}], 'checkpoint-invalid', "missing key 'run'"],
    [
      'no generator',
      (tensors, state) => [without('generator')(tensors), state],
      'checkpoint-invalid',
      'generator',
    ],
    ['no losses', (tensors, state) => [without('losses')(tensors), state], 'checkpoint-invalid', 'losses'],
    [
      'no testLosses',
      (tensors, state) => [without('testLosses')(tensors), state],
      'checkpoint-invalid',
      'testLosses',
    ],
    [
      'a generator of two words',
      (tensors, state) => [doubled('generator')(tensors), state],
      'checkpoint-invalid',
      'U32 [624]',
      'F64 [2]',
    ],
    [
      'test losses of another epoch',
      (tensors, state) => [doubled('testLosses')(tensors), state],
      'checkpoint-invalid',
      'F64 [1]',
      'F64 [2]',
    ],
    [
      'weights of another type',
      (tensors, state) => [doubled('model.fc2.bias')(tensors), state],
      'checkpoint-invalid',
      'model.fc2.bias',
      'F64',
    ],
    [
      'a weight less',
      (tensors, state) => [without('model.fc2.bias')(tensors), state],
      'checkpoint-invalid',
      'other weights',
      'fc2.bias [2]',
    ],
    [
      'no memory of Adam',
      (tensors, state) => [without('optimizer.fc2.bias.exp_avg')(tensors), state],
      'checkpoint-invalid',
      'memory of the optimizer',
    ],
    [
      'a seed that is no number',
      (tensors, state) => [tensors, { ...state, samplerSeed: 'x' }],
      'checkpoint-invalid',
      'samplerSeed',
    ],
    [
      'a seed less',
      (tensors, { samplerSeed: _, ...state }) => [tensors, state],
      'checkpoint-invalid',
      'steps of its epoch',
      '0 … 0',
      'got:      1',
    ],
    [
      'more steps than an epoch has',
      (tensors, state) => [
        doubled('testLosses')(tensors).map((it) =>
          it.name === 'testLosses' ? { ...it, shape: [0], data: new Float64Array() } : it,
        ),
        { ...state, epochs: [] },
      ],
      'checkpoint-invalid',
      'steps of its epoch',
      '1 … 7',
      'got:      8',
    ],
    [
      'another number of the optimizer’s steps',
      (tensors, state) => [tensors, { ...state, stepCount: 7 }],
      'checkpoint-invalid',
      'steps of the optimizer',
    ],
  ])('that none of us wrote is refused: %s', async (_, change, code, ...words) => {
    const folder = newFolder();
    await mkdir(folder);
    await writeFile(join(folder, 'checkpoint.safetensors'), forged(change));
    const error = await errorOf(runExperiment({ ...run, outDir: folder, resume: true }));
    expect(error.code).toBe(code);
    for (const word of words) expect(error.message).toContain(word);
  });

  test('that we wrote is not refused when it is written again', async () => {
    expect(Buffer.from(forged((tensors, state) => [tensors, state])).equals(bytes)).toBe(true);
  });

  property.prop([fc.nat(), fc.nat(7)])('with any bit changed is refused', async (at, bit) => {
    const changed = Buffer.from(bytes);
    changed[at % bytes.length] ^= 1 << bit;
    expect((await errorOfBytes(changed)).code).toBe('checkpoint-invalid');
  });

  property.prop([fc.nat()])('cut short is refused', async (length) => {
    expect((await errorOfBytes(bytes.subarray(0, length % bytes.length))).code).toBe('checkpoint-invalid');
  });
});
