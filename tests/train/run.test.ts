import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fc, test as property } from '@fast-check/jest';
import { createReferenceEngine } from '../../src/engine/reference';
import { AssayError } from '../../src/base/errors';
import { sha256OfFloats } from '../../src/base/f32';
import { parseRunRecord, type RunRecord } from '../../src/run/record';
import { initialParameters } from '../../src/pytorch/random/init';
import { Mt19937 } from '../../src/pytorch/random/mt19937';
import {
  readCheckpoint,
  readWeights,
  runExperiment,
  type RunOptions,
  type RunOutcome,
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

/** Runs until `steps` training steps have been done since the start or the resumption, then stops the run. */
async function interruptAfter(steps: number, run: RunOptions): Promise<RunOutcome> {
  const controller = new AbortController();
  let done = 0;
  const onProgress: RunOptions['onProgress'] = ({ phase }) => {
    if (phase === 'train' && ++done === steps) controller.abort('enough');
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
  let straight: unknown;
  let straightLines: string[];
  beforeAll(async () => {
    straightLines = [];
    const run = options({ onLine: (line) => straightLines.push(line) });
    await finish(run);
    straight = await results(run.outDir);
  });

  property.prop(
    [fc.array(fc.integer({ min: 1, max: 3 * tinyStepsPerEpoch - 1 }), { minLength: 1, maxLength: 3 })],
    {
      numRuns: 20,
    },
  )('anywhere, any number of times: the bits of a run that was never stopped', async (stops) => {
    const run = options();
    let resume = false;
    for (const steps of stops) {
      const outcome = await interruptAfter(steps, { ...run, resume });
      if (outcome.status === 'finished') break; // fewer steps were left
      expect(await readdir(run.outDir)).toEqual(['checkpoint.safetensors']);
      resume = true;
    }
    const lines: string[] = [];
    await finish({ ...run, resume, onLine: (line) => lines.push(line) });
    expect(await results(run.outDir)).toEqual(straight);
    expect(lines).toEqual(straightLines);
  });

  test('says what is saved', async () => {
    const run = options();
    expect(await interruptAfter(tinyStepsPerEpoch + 2, run)).toEqual({
      status: 'interrupted',
      savedEpochs: 1,
      stepsDone: tinyStepsPerEpoch + 2,
      checkpointPath: join(run.outDir, 'checkpoint.safetensors'),
    });
  });

  test('during an evaluation', async () => {
    const run = options();
    const controller = new AbortController();
    const stopping = { ...run, signal: controller.signal };
    const outcome = await runExperiment({
      ...stopping,
      onProgress: ({ phase, epoch }) => void (phase === 'evaluate' && epoch === 2 && controller.abort()),
    });
    expect(outcome).toMatchObject({
      status: 'interrupted',
      savedEpochs: 1,
      stepsDone: 2 * tinyStepsPerEpoch,
    });
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
      ['epochs', { epochs: 0 }, '1', '0'],
      ['steps', { untilStep: 6 }, '7', '6'],
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

  property.prop([fc.nat(), fc.nat(7)])('with any bit changed is refused', async (at, bit) => {
    const changed = Buffer.from(bytes);
    changed[at % bytes.length] ^= 1 << bit;
    expect((await errorOfBytes(changed)).code).toBe('checkpoint-invalid');
  });

  property.prop([fc.nat()])('cut short is refused', async (length) => {
    expect((await errorOfBytes(bytes.subarray(0, length % bytes.length))).code).toBe('checkpoint-invalid');
  });
});
