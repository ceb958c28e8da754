import { createEngine } from '../../../src/engine/create';
import type { Engine, EngineName, EngineOptions, NamedTensor } from '../../../src/engine/engine';
import { nativeWidths } from '../../../src/engine/native/width';
import { sizeOf } from '../../../src/experiment/model';
import type { Layer } from '../../../src/experiment/types';
import { maskOf } from './values';

/** An engine, or `native` in vectors of so many floats rather than the widest. */
export type Variant = EngineName | `native of ${number} floats`;

/** An engine in each of the ways in which this machine runs it; none of `native` where it was not built. */
export function variantsOf(name: EngineName): Variant[] {
  return name === 'native' ? nativeWidths().map((width): Variant => `native of ${width} floats`) : [name];
}

/** A `describe` for each way of running each engine, with its name for `%s`; what was not built is skipped by its name. */
export function describeEngines(
  names: readonly EngineName[],
): (title: string, body: (name: Variant) => void) => void {
  return (title, body) => {
    for (const name of names) {
      const variants = variantsOf(name);
      for (const variant of variants) describe(title.replace('%s', variant), () => body(variant));
      if (variants.length === 0) describe.skip(title.replace('%s', name), () => body(name));
    }
  };
}

/** Creates an engine for as long as `use` takes. One that this machine cannot run is a failure. */
export async function withEngine<T>(
  variant: Variant,
  options: EngineOptions,
  use: (engine: Engine) => T,
): Promise<T> {
  const engine = await createVariant(variant, options);
  try {
    return use(engine);
  } finally {
    await engine.close();
  }
}

/** The same of several engines at once. */
export async function withEngines<T>(
  variants: readonly Variant[],
  options: EngineOptions,
  use: (engines: readonly Engine[]) => T,
): Promise<T> {
  const engines: Engine[] = [];
  try {
    for (const variant of variants) engines.push(await createVariant(variant, options));
    return use(engines);
  } finally {
    for (const engine of engines) await engine.close();
  }
}

async function createVariant(variant: Variant, options: EngineOptions): Promise<Engine> {
  return inVariant(variant, (name) => createEngine(name, options));
}

/** Does something that creates the engine `name`, as that variant. */
export async function inVariant<T>(variant: Variant, act: (name: EngineName) => Promise<T>): Promise<T> {
  const [name, , width] = variant.split(' ') as [EngineName, ...string[]];
  if (width === undefined) return act(name);
  const before = process.env.ASSAY_NATIVE_WIDTH;
  process.env.ASSAY_NATIVE_WIDTH = width;
  try {
    return await act(name);
  } finally {
    if (before === undefined) delete process.env.ASSAY_NATIVE_WIDTH;
    else process.env.ASSAY_NATIVE_WIDTH = before;
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
