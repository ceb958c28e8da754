import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256OfFloats } from '../../src/base/f32';
import { loadDataSet } from '../../src/data/load';
import { createEngine, fastestEngine } from '../../src/engine/create';
import { BITWISE_ENGINES, type EngineName, type NamedTensor } from '../../src/engine/engine';
import { goldenPlans } from '../../src/experiment/goldenPlans';
import { loadExperiment } from '../../src/experiment/load';
import { compareRecords } from '../../src/judge/compare';
import { layersOf } from '../../src/experiment/model';
import { readGolden, readManifest } from '../../src/judge/golden';
import { initialParameters } from '../../src/pytorch/random/init';
import { Mt19937 } from '../../src/pytorch/random/mt19937';
import { parseTrace, type Trace } from '../../src/run/trace';
import { runInMemory } from '../../src/train';
import { Batches } from '../../src/train/batches';
import { stepsOf } from '../../src/train/epoch';
import { findParting } from '../../src/train/parting';
import { tensorsOfStep } from '../../src/train/stepTensors';
import { inVariant, variantsOf, type Variant } from '../engine/support/engines';

/**
 * The training that RepDL publishes, against what an installed RepDL made of it (`fixtures/repdl`): hashes of all weights after each step,
 * and of the tensors of some steps. The whole training is in `golden/repdl-lenet`.
 */
const root = join(__dirname, '../..');
const mnist = process.env.ASSAY_DATA && join(process.env.ASSAY_DATA, 'mnist');
const isFound = mnist !== undefined && existsSync(mnist);
if (!isFound) console.log('not judged: RepDL’s training on MNIST, which is not in $ASSAY_DATA/mnist');
const onMnist = isFound ? test : test.skip;

const path = join(root, 'fixtures/repdl/trace.json');
const trace = parseTrace(readFileSync(path, 'utf8'), path);
/** The published ones: github.com/microsoft/RepDL, README.md. */
const INITIAL = '2a2d133895b1684e55d0f152ead2914b55adc551d9790a4b4585309b79c60362';
const TRAINED = '31ee86a7f75dbd76bac22f209617eb7349f93b0ede116dba924f328cac3013f1';
const LOGITS = '0ca34dcd37105b4af690c46a62407b4b9b097d1063864c6d99f4309aeb4bca3e';

const experimentOf = () => loadExperiment(join(root, 'spec/repdl-lenet/experiment.json'));

test('what was recorded is what RepDL publishes', () => {
  expect(trace.initialWeightsSha256).toBe(INITIAL);
  expect(trace.steps).toHaveLength(1200);
  expect(trace.steps[1199].weightsSha256).toBe(TRAINED);
  expect(trace.logitsSha256).toBe(LOGITS);
  expect(trace.correctCount).toBe(9804);
});

test('the approved run came to all that is published', async () => {
  const folder = join(root, 'golden/repdl-lenet');
  const { goldens } = await readManifest(folder);
  const entry = goldens.find(({ name }) => name === 'repdl-lenet/mnist-lr0.01-full');
  if (entry === undefined) throw new Error('no such golden');
  const { record } = await readGolden(folder, entry);
  expect(record).toMatchObject({
    ...{ arithmetic: 'fused-chain', spec: { sha256: (await experimentOf()).sha256 } },
    ...{ initialWeightsSha256: INITIAL, finalWeightsSha256: TRAINED, logitsSha256: LOGITS },
    epochs: [{}, { correctCount: 9804 }],
  });
  expect(record.losses).toEqual(trace.steps.map(({ loss }) => loss));
});

test('the whole training comes out again, on MNIST where it is found, else on the synthetic digits', async () => {
  const experiment = await experimentOf();
  const folder = join(root, 'golden/repdl-lenet');
  const [plan] = goldenPlans(experiment, isFound ? 'mnist' : 'synthetic', ['full']);
  const entry = (await readManifest(folder)).goldens.find(({ name }) => name === plan.name);
  const { record } = await readGolden(folder, entry!);
  const again = await runInMemory({
    ...{
      experiment,
      dataSet: await loadDataSet(isFound ? mnist : 'synthetic'),
      lr: plan.lr,
      seed: plan.seed,
    },
    ...{ engine: fastestEngine(), threads: 2 },
  });
  expect(compareRecords(record, again)).toMatchObject({ tier: 'bitwise', verdict: 'pass' });
}, 300_000);

test('the initial weights are the published ones', async () => {
  const { model, data, training } = await experimentOf();
  const drawn = initialParameters(layersOf(model, data.inputShape), new Mt19937(0), training.constructions);
  expect(sha256OfFloats(drawn.map(({ data }) => data))).toBe(INITIAL);
});

const variants: Variant[] = BITWISE_ENGINES.flatMap(variantsOf);

describe.each(variants)('%s', (variant) => {
  /** These two round each product and sum once by float64, which takes its time. */
  const steps = variant === 'reference' || variant === 'native of 4 floats' ? 3 : 50;
  const threads = variant === 'reference' ? 1 : 2;

  onMnist(
    `does the first ${steps} steps bit for bit`,
    async () => {
      const [experiment, dataSet] = [await experimentOf(), await loadDataSet(mnist)];
      const some: Trace = { ...trace, steps: trace.steps.slice(0, steps) };
      const parting = await inVariant(variant, (name) =>
        findParting({
          ...{ trace: some, experiment, dataSet, lr: 0.01, seed: 0, threads },
          create: (options) => createEngine(name, options),
          valuesOf: async () => undefined,
        }),
      );
      expect(parting).toBeUndefined();
    },
    120_000,
  );
});

onMnist('wasm makes each tensor of step 2, and its loss', () => tensorsAreEqual('wasm', 2), 120_000);

async function tensorsAreEqual(name: EngineName, step: number): Promise<void> {
  const experiment = await experimentOf();
  const dataSet = await loadDataSet(mnist);
  const { model, data, optimizer, arithmetic, training } = experiment;
  const layers = layersOf(model, data.inputShape);
  const options = { layers, optimizer, arithmetic, maxBatch: training.batchSize };
  const engine = await createEngine(name, options);
  const generator = new Mt19937(0);
  engine.setParameters(initialParameters(layers, generator, training.constructions));
  const batches = new Batches(dataSet.train, data.normalisation);
  let grad = new Float32Array();
  const seen = {
    input: (n: number) => engine.input(n),
    forward: (n: number) => engine.forward(n),
    backward: (gradOutput: Float32Array) => {
      grad = Float32Array.from(gradOutput);
      engine.backward(gradOutput);
    },
    step: (lr: number) => engine.step(lr),
  };
  const training_ = stepsOf(seen, experiment, layers, batches, 0.01, generator);
  for (let done = 1; done < step; done++) training_.next();
  const parameters: NamedTensor[] = engine.getParameters();
  expect(training_.next().value).toBe(trace.steps[step - 1].loss);
  const input = Float32Array.from(engine.input(training.batchSize));
  const state = { n: training.batchSize, input, masks: [], gradOutput: grad, parameters };
  const hashes = new Map<string, string>();
  for await (const tensor of tensorsOfStep((o) => createEngine(name, o), options, state, engine)) {
    hashes.set(tensor.name, sha256OfFloats([tensor.data]));
  }
  await engine.close();
  const recorded = Object.entries(trace.tensors[step]).map(([name, { sha256 }]) => [name, sha256]);
  expect(Object.fromEntries(recorded.map(([name]) => [name, hashes.get(name)]))).toEqual(
    Object.fromEntries(recorded),
  );
}
