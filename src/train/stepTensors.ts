import type { CreateEngine, Engine, EngineOptions, NamedTensor } from '../engine/engine';
import type { Layer } from '../experiment/types';

/** What a step starts from, and what of it the engine that does it cannot tell afterwards. */
export interface StepState {
  readonly n: number;
  readonly input: Float32Array;
  readonly masks: readonly Uint8Array[];
  /** Of the last layer's output. */
  readonly gradOutput: Float32Array;
  /** Before the update. */
  readonly parameters: readonly NamedTensor[];
}

/**
 * All tensors of a step, in the order in which it makes them: `conv1.output` of each layer, `conv1.output.grad` from the last layer to the
 * first and `conv1.weight.grad` of its parameters, then of each parameter `conv1.weight.exp_avg` and the like, and `conv1.weight` itself. A
 * module that is called again is `relu (2)`. What lies within the model is computed by models of its first or of its last layers.
 *
 * @param done the engine that has done the step
 */
export async function* tensorsOfStep(
  create: CreateEngine,
  options: EngineOptions,
  state: StepState,
  done: Engine,
): AsyncGenerator<NamedTensor> {
  const { layers } = options;
  const { n } = state;
  const names = callNames(layers);
  const outputs: Float32Array[] = [];
  for (const [i, { outputShape }] of layers.entries()) {
    const masks = state.masks.slice(0, dropoutsIn(layers.slice(0, i + 1)));
    outputs.push(
      await within(create, { ...options, layers: layers.slice(0, i + 1) }, state, (engine) => {
        engine.input(n).set(state.input);
        return engine.forward(n, masks).slice();
      }),
    );
    yield { name: `${names[i]}.output`, shape: [n, ...outputShape], data: outputs[i] };
  }
  const gradients = done.getGradients();
  for (let i = layers.length - 1; i >= 0; i--) {
    const data = await gradientAfter(create, options, state, i, outputs[i]);
    yield { name: `${names[i]}.output.grad`, shape: [n, ...layers[i].outputShape], data };
    for (const { name, ...tensor } of gradients)
      if (moduleOf(name) === layers[i].name) yield { name: `${name}.grad`, ...tensor };
  }
  const { buffers } = done.getOptimizerState();
  for (const parameter of done.getParameters()) {
    yield* buffers.filter(({ name }) => name.startsWith(`${parameter.name}.`));
    yield parameter;
  }
}

/** The gradient of layer i's output: that of the input of the layers after it. */
async function gradientAfter(
  create: CreateEngine,
  options: EngineOptions,
  state: StepState,
  i: number,
  output: Float32Array,
): Promise<Float32Array> {
  const { layers } = options;
  const { n, gradOutput } = state;
  if (i === layers.length - 1) return gradOutput;
  const rest = layers.slice(i + 1);
  const masks = state.masks.slice(dropoutsIn(layers.slice(0, i + 1)));
  return within(create, { ...options, layers: rest, inputGradient: true }, state, (engine) => {
    engine.input(n).set(output);
    engine.forward(n, masks);
    engine.backward(gradOutput);
    return engine.getInputGradient();
  });
}

/** Computes with some of the layers. */
async function within<T>(
  create: CreateEngine,
  options: EngineOptions,
  { parameters }: StepState,
  use: (engine: Engine) => T,
): Promise<T> {
  const engine = await create(options);
  try {
    const names = new Set(options.layers.map(({ name }) => name));
    engine.setParameters(parameters.filter(({ name }) => names.has(moduleOf(name))));
    return use(engine);
  } finally {
    await engine.close();
  }
}

function dropoutsIn(layers: readonly Layer[]): number {
  return layers.filter(({ type }) => type === 'Dropout').length;
}

/** Of a parameter. */
function moduleOf(name: string): string {
  return name.slice(0, name.lastIndexOf('.'));
}

/** A name for each call. */
function callNames(layers: readonly Layer[]): string[] {
  const calls = new Map<string, number>();
  return layers.map(({ name }) => {
    const call = (calls.get(name) ?? 0) + 1;
    calls.set(name, call);
    return call === 1 ? name : `${name} (${call})`;
  });
}
