import { crossEntropy } from '../../../src/engine/crossEntropy';
import type { Engine, NamedTensor } from '../../../src/engine/engine';
import { Mt19937 } from '../../../src/pytorch/random/mt19937';
import { sizeOf } from '../../../src/experiment/model';
import type { Layer, OptimizerSpec } from '../../../src/experiment/types';
import { assertClose, vector } from './assertClose';
import { type Variant, withEngine } from './engines';
import { longestSum, UNIT_ROUNDOFF } from './rounding';

/** A few whole training steps, every number given. */
export interface Training {
  readonly layers: readonly Layer[];
  readonly optimizer: OptimizerSpec;
  readonly lr: number;
  readonly n: number;
  readonly parameters: readonly NamedTensor[];
  readonly batches: readonly Batch[];
}

export interface Batch {
  readonly input: Float32Array;
  readonly labels: Uint8Array;
  readonly masks: readonly Uint8Array[];
}

export interface Trained {
  /** One per batch. */
  readonly losses: Float32Array;
  readonly parameters: readonly NamedTensor[];
}

export async function train(engineName: Variant, training: Training): Promise<Trained> {
  const { layers, optimizer, n } = training;
  return withEngine(engineName, { layers, optimizer, maxBatch: n }, (engine) => trainOn(engine, training));
}

export function trainOn(engine: Engine, { layers, lr, n, parameters, batches }: Training): Trained {
  const classes = sizeOf(layers[layers.length - 1].outputShape);
  const gradOutput = new Float32Array(n * classes);
  engine.setParameters(parameters);
  const losses = batches.map(({ input, labels, masks }) => {
    engine.input(n).set(input);
    const loss = crossEntropy(engine.forward(n, masks), labels, n, classes, gradOutput);
    engine.backward(gradOutput);
    engine.step(lr);
    return loss;
  });
  return { losses: Float32Array.from(losses), parameters: engine.getParameters() };
}

const NUDGED_RUNS = 3;

/**
 * How far rounding may drive two engines apart, from how far it drives one engine from itself: the same steps are run again with every
 * initial weight and input moved by a unit in the last place, up or down at random. A sum of m terms in another order is off by
 * √m roundings where a nudged value is off by one or two; so the allowance is √m times the drift, m being the longest sum of a step.
 *
 * @returns how much of the allowance was used.
 */
export async function assertTrainedClose(
  what: string,
  got: Trained,
  expected: Trained,
  training: Training,
): Promise<number> {
  const exact = await train('wasm', training);
  const nudged: Trained[] = [];
  for (let seed = 1; seed <= NUDGED_RUNS; seed++) nudged.push(await train('wasm', nudge(training, seed)));

  const classes = sizeOf(training.layers[training.layers.length - 1].outputShape);
  const sum = longestSum(training.layers, training.n);
  const because = `√${sum} (terms of the longest sum) times the drift that nudging all inputs by an ulp causes`;

  const lossDrifts = exact.losses.map((loss, step) =>
    Math.max(...nudged.map(({ losses }) => Math.abs(losses[step] - loss))),
  );
  const driftSoFar = (step: number) => Math.max(...lossDrifts.subarray(0, step + 1));
  const uses = [
    assertClose(`${what}: losses`, vector(got.losses), vector(expected.losses), {
      because: `${because}, and the roundings of cross-entropy`,
      at: (step) => Math.sqrt(sum) * driftSoFar(step) + crossEntropyRoundings(expected.losses[step], classes),
    }),
  ];
  expected.parameters.forEach((tensor, i) => {
    const drift = Math.max(
      ...nudged.map(({ parameters }) => distance(parameters[i].data, exact.parameters[i].data)),
    );
    expect(got.parameters[i].name).toBe(tensor.name);
    uses.push(
      assertClose(`${what}: ${tensor.name}`, got.parameters[i], tensor, {
        because: `${because}, and an ulp`,
        at: (index) => Math.sqrt(sum) * drift + 2 * UNIT_ROUNDOFF * Math.abs(tensor.data[index]),
      }),
    );
  });
  return Math.max(...uses);
}

/** On two sides: the bound of `logSoftmaxErrors` in oracles/torch.test.ts, from the loss alone. */
function crossEntropyRoundings(loss: number, classes: number): number {
  return 2 * (2 * classes + 2 + 4 * loss) * UNIT_ROUNDOFF;
}

function nudge(training: Training, seed: number): Training {
  const generator = new Mt19937(seed);
  const moved = (values: Float32Array) =>
    values.map((value) => value * (1 + (generator.nextUint32() % 2 === 0 ? 1 : -1) * 2 * UNIT_ROUNDOFF));
  return {
    ...training,
    parameters: training.parameters.map((tensor) => ({ ...tensor, data: moved(tensor.data) })),
    batches: training.batches.map((batch) => ({ ...batch, input: moved(batch.input) })),
  };
}

/** The greatest |a − b|. */
function distance(a: Float32Array, b: Float32Array): number {
  return a.reduce((greatest, value, i) => Math.max(greatest, Math.abs(value - b[i])), 0);
}
