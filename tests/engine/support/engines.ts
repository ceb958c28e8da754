import { createEngine } from '../../../src/engine/create';
import type { Engine, EngineName, EngineOptions, NamedTensor } from '../../../src/engine/engine';
import { sizeOf } from '../../../src/spec/model';
import type { Layer } from '../../../src/spec/types';
import { maskOf } from './values';

/** Creates an engine for as long as `use` takes. One that this machine cannot run is a failure. */
export async function withEngine<T>(
  name: EngineName,
  options: EngineOptions,
  use: (engine: Engine) => T,
): Promise<T> {
  const engine = await createEngine(name, options);
  try {
    return use(engine);
  } finally {
    await engine.close();
  }
}

export function inputSize(layers: readonly Layer[]): number {
  return sizeOf(layers[0].inputShape);
}

export function outputSize(layers: readonly Layer[]): number {
  return sizeOf(layers[layers.length - 1].outputShape);
}

/** One mask for each Dropout, for `n` samples. */
export function masksOf(layers: readonly Layer[], n: number, seed: number): Uint8Array[] {
  return layers.flatMap((layer, i) =>
    layer.type === 'Dropout' ? [maskOf(seed + i, layer.p, n * sizeOf(layer.inputShape))] : [],
  );
}

/** Forward on `input`; a copy of the output. */
export function forward(engine: Engine, n: number, input: Float32Array, masks?: Uint8Array[]): Float32Array {
  engine.input(n).set(input);
  return engine.forward(n, masks).slice();
}

export interface Pass {
  readonly output: Float32Array;
  readonly gradInput: Float32Array;
  readonly gradients: NamedTensor[];
}

/** Forward and backward; the engine must have been created with `inputGradient`. */
export function pass(
  engine: Engine,
  n: number,
  input: Float32Array,
  gradOutput: Float32Array,
  masks?: Uint8Array[],
): Pass {
  const output = forward(engine, n, input, masks);
  engine.backward(gradOutput);
  return { output, gradInput: engine.getInputGradient(), gradients: engine.getGradients() };
}
