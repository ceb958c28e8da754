/**
 * Trains the faults of the built-in study, and keeps what their logs tell:
 * `ASSAY_DATA=… node -r esbuild-register scripts/recordFaults.ts OUT SEEDS LRS EPOCHS [FAULT,FAULT…]`. One that was stopped
 * continues; runs of fewer epochs are replaced.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, readTextOrFail, writeFileAtomic } from '../src/base/files';
import { learningRates, seeds } from '../src/cli/numbers';
import type { DataSet } from '../src/data/dataset';
import { loadDataSet } from '../src/data/load';
import type { CreateEngine, Engine, NamedTensor } from '../src/engine/engine';
import { createNativeEngine } from '../src/engine/native';
import { layersOf, sizeOf } from '../src/experiment/model';
import type { Experiment, Layer } from '../src/experiment/types';
import { loadExperiment } from '../src/experiment/load';
import { dropoutMask, randomInt64, randperm } from '../src/pytorch/random/draws';
import { initialParameters } from '../src/pytorch/random/init';
import { Mt19937 } from '../src/pytorch/random/mt19937';
import { parseRuns, serializeRuns } from '../src/run/keptRuns';
import type { Point, Run } from '../src/run/run';
import { Batches } from '../src/train/batches';
import { trainEpoch, type TrainableEngine } from '../src/train/epoch';
import { evaluate } from '../src/train/evaluate';
import type { neighbourOf } from '../src/train/neighbours';

/** What a run is trained by. */
export interface Training {
  readonly experiment: Experiment;
  readonly dataSet: DataSet;
  readonly lr: number;
  readonly initial: (drawn: readonly NamedTensor[]) => readonly NamedTensor[];
  /** Of AdamW, which takes lr × this of each parameter before each step. */
  readonly weightDecay: number;
  readonly shuffles: boolean;
  /** Changes the weights after each step. */
  readonly afterStep?: Neighbour['afterStep'];
  /** Dropout stays on where the model is evaluated. */
  readonly evaluatesInTraining: boolean;
}

type Fault = (healthy: Training) => Partial<Training>;

/** Each stands for what somebody changes in a trainer, or forgets, without saying so: the log says what it said before. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'lr-times-1.5': ({ lr }) => ({ lr: 1.5 * lr }),
  'lr-divided-by-1.5': ({ lr }) => ({ lr: lr / 1.5 }),
  // Logged after as many images as before.
  'batch-32': ({ experiment }) => ({
    experiment: { ...experiment, training: { ...experiment.training, batchSize: 32, logInterval: 200 } },
  }),
  'no-dropout': withDropout(0),
  'dropout-0.25': withDropout(0.25),
  'adamw-0.01': () => ({ weightDecay: 0.01 }),
  sgd: withOptimizer({ type: 'SGD', momentum: 0.9 }),
  rmsprop: withOptimizer({ type: 'RMSprop', alpha: 0.99, eps: 1e-8 }),
  'no-normalisation': ({ experiment }) => ({
    experiment: { ...experiment, data: { ...experiment.data, normalisation: { mean: 0, std: 1 } } },
  }),
  'no-shuffle': () => ({ shuffles: false }),
  'glorot-initialisation': () => ({ initial: (drawn) => drawn.map(glorot) }),
  'zero-bias': () => ({
    initial: (drawn) =>
      drawn.map((tensor) =>
        isWeight(tensor) ? tensor : { ...tensor, data: new Float32Array(tensor.data.length) },
      ),
  }),
  'one-percent-of-labels-shuffled': ({ dataSet }) => ({
    dataSet: { ...dataSet, train: { ...dataSet.train, labels: shuffledLabels(dataSet.train.labels, 0.01) } },
  }),
  'evaluated-in-training-mode': () => ({ evaluatesInTraining: true }),
  'tested-on-training-images': ({ dataSet: { train, test, ...dataSet } }) => ({
    dataSet: {
      ...dataSet,
      train,
      test: {
        ...train,
        count: test.count,
        images: train.images.subarray(0, test.images.length),
        labels: train.labels.subarray(0, test.count),
      },
    },
  }),
};

function withDropout(p: number): Fault {
  return ({ experiment }) => {
    const modules = experiment.model.modules.map((module) =>
      module.type === 'Dropout' ? { ...module, p } : module,
    );
    return { experiment: { ...experiment, model: { ...experiment.model, modules } } };
  };
}

function withOptimizer(optimizer: Experiment['optimizer']): Fault {
  return ({ experiment }) => ({ experiment: { ...experiment, optimizer } });
}

function isWeight({ shape }: NamedTensor): boolean {
  return shape.length > 1;
}

/**
 * Glorot and Bengio's (2010) uniform weights, `xavier_uniform_`, of the same draws: PyTorch's are uniform within 1 / √fanIn, these within
 * √(6 / (fanIn + fanOut)). Biases stay as they are.
 */
function glorot(tensor: NamedTensor): NamedTensor {
  if (!isWeight(tensor)) return tensor;
  const [outs, ins, ...kernel] = tensor.shape;
  const [fanIn, fanOut] = [ins * sizeOf(kernel), outs * sizeOf(kernel)];
  const factor = Math.sqrt(fanIn) * Math.sqrt(6 / (fanIn + fanOut));
  return { ...tensor, data: tensor.data.map((value) => factor * value) };
}

/** The labels of a share of the images, those of every seed, are given to each other. */
function shuffledLabels(labels: Uint8Array, share: number): Uint8Array {
  const chosen = randperm(new Mt19937(0), labels.length, Math.round(share * labels.length));
  const shuffled = labels.slice();
  for (const [i, image] of chosen.entries()) shuffled[image] = labels[chosen[(i + 1) % chosen.length]];
  return shuffled;
}

/** In the order in which they are there, whatever order is drawn. */
class InOrder extends Batches {
  private readonly inOrder = Uint32Array.from({ length: this.count }, (_, i) => i);

  override load(_: Uint32Array, ...rest: [start: number, input: Float32Array, labels: Uint8Array]): void {
    super.load(this.inOrder, ...rest);
  }
}

/** With the fault of that name, if any, or as a neighbour. */
function trainingOf(
  { experiment, dataSet, lr }: Pick<Training, 'experiment' | 'dataSet' | 'lr'>,
  name: string | undefined,
  neighbour: Neighbour | undefined,
): Training {
  const healthy: Training = {
    ...{ experiment, dataSet, lr, weightDecay: 0, shuffles: true, evaluatesInTraining: false },
    initial: (drawn) => neighbour?.init.parameters ?? drawn,
    ...(neighbour && { afterStep: neighbour.afterStep }),
  };
  return { ...healthy, ...(name !== undefined && FAULTS[name](healthy)) };
}

/**
 * The losses and tests that the log of a run prints, which calls itself by the learning rate that it should have.
 *
 * @param neighbour that is trained in place of the seed itself: see src/train/neighbours.ts
 */
export async function record(
  of: Pick<Training, 'experiment' | 'dataSet' | 'lr'>,
  name: string | undefined,
  seed: number,
  epochs: number,
  createEngine: CreateEngine,
  neighbour?: Neighbour,
): Promise<Run> {
  const series = await withTrainer(trainingOf(of, name, neighbour), seed, createEngine, (trainer) =>
    seriesOf(trainer, epochs),
  );
  const path = `lr${of.lr}-seed${seed}`;
  return { conditions: { lr: of.lr }, seed, series, source: { path, line: 1 }, faults: [], stated: {} };
}

/** The losses of the first steps alone. */
export function firstSteps(
  of: Pick<Training, 'experiment' | 'dataSet' | 'lr'>,
  { name, seed, steps }: { readonly name?: string; readonly seed: number; readonly steps: number },
  createEngine: CreateEngine,
  neighbour?: Neighbour,
): Promise<number[]> {
  return withTrainer(trainingOf(of, name, neighbour), seed, createEngine, ({ epoch }) => {
    const losses: number[] = [];
    for (const loss of epoch()) {
      losses.push(loss);
      if (losses.length === steps) break;
    }
    return losses;
  });
}

type Neighbour = ReturnType<typeof neighbourOf>;

interface Trainer {
  readonly training: Training;
  readonly engine: Engine;
  readonly layers: readonly Layer[];
  readonly generator: Mt19937;
  /** The losses of the next epoch, of each step. */
  readonly epoch: () => Iterable<number>;
}

async function withTrainer<T>(
  training: Training,
  seed: number,
  createEngine: CreateEngine,
  use: (trainer: Trainer) => T,
): Promise<T> {
  const { experiment, dataSet, lr, initial, weightDecay, shuffles, afterStep } = training;
  const { batchSize } = experiment.training;
  const { normalisation, inputShape } = experiment.data;
  const layers = layersOf(experiment.model, inputShape);
  const { optimizer } = experiment;
  const engine = await createEngine({ layers, optimizer, maxBatch: batchSize, threads: 1 });
  try {
    const generator = new Mt19937(seed);
    engine.setParameters(initial(initialParameters(layers, generator)));
    const trained = weightDecay === 0 ? engine : decayed(engine, weightDecay);
    const batches = new (shuffles ? Batches : InOrder)(dataSet.train, normalisation);
    const epoch = function* (): Iterable<number> {
      randomInt64(generator); // the iterator's base seed
      const samplerSeed = shuffles ? randomInt64(generator) : 0n; // a sequential sampler draws none
      const draws = [generator, undefined, { samplerSeed, step: 0 }] as const;
      for (const loss of trainEpoch(trained, layers, batches, batchSize, lr, ...draws)) {
        afterStep?.(engine);
        yield loss;
      }
    };
    return use({ training, engine, layers, generator, epoch });
  } finally {
    await engine.close();
  }
}

function seriesOf(
  { training, engine, layers, generator, epoch: next }: Trainer,
  epochs: number,
): Run['series'] {
  const { experiment, dataSet, evaluatesInTraining } = training;
  const { batchSize, logInterval } = experiment.training;
  const { normalisation, classes } = experiment.data;
  const evaluated = evaluatesInTraining ? inTraining(engine, layers, batchSize, generator) : engine;
  const tests = new Batches(dataSet.test, normalisation);
  const [loss, testLoss, accuracy]: Point[][] = [[], [], []];
  for (let epoch = 1; epoch <= epochs; epoch++) {
    let batch = 0;
    for (const value of next()) {
      if (batch % logInterval === 0) loss.push({ epoch, step: batch * batchSize, value });
      batch++;
    }
    const evaluation = evaluate(evaluated, tests, classes, batchSize, generator);
    let chunk = evaluation.next();
    while (!chunk.done) chunk = evaluation.next();
    const { testCount, correctCount } = chunk.value;
    testLoss.push({ epoch, value: chunk.value.testLoss });
    const count = { right: correctCount, of: testCount };
    accuracy.push({ epoch, value: (100 * correctCount) / testCount, count });
  }
  return { loss, 'test loss': testLoss, accuracy };
}

/** AdamW's (Loshchilov and Hutter 2019), as PyTorch has it: `param.mul_(1 - lr * weight_decay)` before the step. */
function decayed(engine: Engine, weightDecay: number): TrainableEngine {
  return {
    input: (n) => engine.input(n),
    forward: (n, masks) => engine.forward(n, masks),
    backward: (gradOutput) => engine.backward(gradOutput),
    step: (lr) => {
      const factor = Math.fround(1 - lr * weightDecay);
      const parameters = engine.getParameters();
      for (const { data } of parameters) for (let i = 0; i < data.length; i++) data[i] *= factor;
      engine.setParameters(parameters);
      engine.step(lr);
    },
  };
}

/** As a model that nobody called `eval()` on. */
function inTraining(
  engine: Engine,
  layers: readonly Layer[],
  batchSize: number,
  generator: Mt19937,
): Pick<Engine, 'input' | 'forward'> {
  const dropouts = layers.flatMap((layer) =>
    layer.type === 'Dropout' ? [{ p: layer.p, size: sizeOf(layer.outputShape) }] : [],
  );
  const masks = dropouts.map(({ size }) => new Uint8Array(batchSize * size));
  return {
    input: (n) => engine.input(n),
    forward: (n) =>
      engine.forward(
        n,
        dropouts.map(({ p, size }, i) => {
          const mask = masks[i].subarray(0, n * size);
          dropoutMask(generator, p, mask);
          return mask;
        }),
      ),
  };
}

async function main([out, seedsText, lrsText, epochsText, names]: readonly string[]): Promise<void> {
  const experiment = await loadExperiment('spec/lr-experiment/experiment.json');
  const dataSet = await loadDataSet('mnist');
  const epochs = Number(epochsText);
  await makeFolder(out);
  const wanted = names === undefined ? Object.keys(FAULTS) : names.split(',');
  for (const lr of learningRates(lrsText))
    for (const seed of seeds(seedsText))
      for (const name of wanted) {
        const path = join(out, `${name}.jsonl`);
        const kept = existsSync(path) ? parseRuns(await readTextOrFail(path), path) : [];
        const isThis = (run: Run): boolean => run.seed === seed && run.conditions.lr === lr;
        if (kept.some((run) => isThis(run) && run.series.accuracy.length >= epochs)) continue;
        const run = await record({ experiment, dataSet, lr }, name, seed, epochs, createNativeEngine);
        const runs = [...kept.filter((other) => !isThis(other)), run].sort(
          (a, b) => Number(a.conditions.lr) - Number(b.conditions.lr) || (a.seed ?? 0) - (b.seed ?? 0),
        );
        await writeFileAtomic(path, serializeRuns(runs));
        console.log(`${name}, lr ${lr}, seed ${seed}`);
      }
}

if (require.main === module) void main(process.argv.slice(2));
