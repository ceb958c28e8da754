import { sizeOf } from '../../../src/experiment/model';
import type { Layer } from '../../../src/experiment/types';
import type { NamedTensor } from '../../../src/engine/engine';
import { assertClose, vector, type Allowance } from './assertClose';
import { pass, type Pass, type Variant, withEngine } from './engines';

/** Half the distance from 1 to the next float32: the greatest relative error of one rounding. */
export const UNIT_ROUNDOFF = 2 ** -24;

/**
 * Higham's γ: a value that went through `roundings` roundings, one after another, is off by at most this share of the sum of the
 * absolute values of its terms, in whatever order they were added (Accuracy and Stability of Numerical Algorithms, 3.1 and 4.2).
 */
export function gamma(roundings: number): number {
  const share = roundings * UNIT_ROUNDOFF;
  return share / (1 - share);
}

/** Two results of one sum of `terms` products are each within γ of the exact one. `magnitudes`: of the sum of |products|, float32. */
export function sumAllowance(terms: number, magnitudes: Float32Array): Allowance {
  const share = gamma(terms + 1); // a product's own rounding, and at most one for each term that is added
  return {
    because: `two sums of ${terms} products, each within γ(${terms + 1}) · Σ|products| of the exact one`,
    at: (index) => (2 * share * magnitudes[index]) / (1 - share),
  };
}

export const exactly: Allowance = { because: 'nothing is rounded', at: () => 0 };

/** PyTorch scales by 1 / float32(1 − p), others by float32(1 / (1 − p)): two roundings, then one of the product. */
export function dropoutAllowance(values: Float32Array): Allowance {
  const because = 'the scale 1/(1 − p) in one or two roundings, and one of the product, on either side';
  return { because, at: (index) => 2 * gamma(3) * Math.abs(values[index]) };
}

export interface LayerExample {
  readonly layer: Layer;
  readonly n: number;
  readonly input: Float32Array;
  readonly parameters: readonly NamedTensor[];
  readonly gradOutput: Float32Array;
  readonly masks?: Uint8Array[];
}

export interface PassAllowance {
  readonly output: Allowance;
  readonly gradInput: Allowance;
  /** weight and bias */
  readonly gradients: readonly Allowance[];
}

/** What rounding alone can make of one layer's forward and backward on two engines. */
export async function passAllowance(example: LayerExample): Promise<PassAllowance> {
  const { layer, n, input, gradOutput } = example;
  switch (layer.type) {
    case 'Conv2d': {
      const [kernelHeight, kernelWidth] = layer.kernelSize;
      const positions = n * layer.outputShape[1] * layer.outputShape[2];
      const taps = kernelHeight * kernelWidth;
      return ofSums(layer.inChannels * taps + 1, layer.outChannels * taps, positions);
    }
    case 'Linear':
      return ofSums(layer.inFeatures + 1, layer.outFeatures, n);
    case 'Dropout': {
      const limit = 1 / (1 - layer.p);
      const scaled = (values: Float32Array) => dropoutAllowance(values.map((value) => value * limit));
      return { output: scaled(input), gradInput: scaled(gradOutput), gradients: [] };
    }
    case 'MaxPool2d':
    case 'ReLU':
    case 'Flatten':
      return { output: exactly, gradInput: exactly, gradients: [] };
  }

  /** Sums of |products|: the same layer on absolute values. */
  async function ofSums(outputTerms: number, gradInputTerms: number, gradientTerms: number) {
    const magnitudes = await runLayer('reference', {
      ...example,
      input: input.map(Math.abs),
      gradOutput: gradOutput.map(Math.abs),
      parameters: example.parameters.map((tensor) => ({ ...tensor, data: tensor.data.map(Math.abs) })),
    });
    return {
      output: sumAllowance(outputTerms, magnitudes.output),
      gradInput: sumAllowance(gradInputTerms, magnitudes.gradInput),
      gradients: magnitudes.gradients.map(({ data }) => sumAllowance(gradientTerms, data)),
    };
  }
}

/** @returns how much of the allowance was used. */
export function assertPassClose(got: Pass, expected: Pass, allowed: PassAllowance): number {
  const close = (what: string, mine: Float32Array, data: Float32Array, allowance: Allowance): number =>
    assertClose(what, vector(mine), vector(data), allowance);
  expect(got.gradients.map(({ name }) => name)).toEqual(expected.gradients.map(({ name }) => name));
  return Math.max(
    close('output', got.output, expected.output, allowed.output),
    close('gradInput', got.gradInput, expected.gradInput, allowed.gradInput),
    ...expected.gradients.map(({ name, shape, data }, i) =>
      assertClose(`gradient of ${name}`, got.gradients[i], { shape, data }, allowed.gradients[i]),
    ),
  );
}

/** Forward and backward of one layer. */
export async function runLayer(
  engineName: Variant,
  { layer, n, input, parameters, gradOutput, masks }: LayerExample,
): Promise<Pass> {
  const options = { layers: [layer], optimizer: { type: 'SGD', momentum: 0 }, maxBatch: n } as const;
  return withEngine(engineName, { ...options, inputGradient: true }, (engine) => {
    engine.setParameters(parameters);
    return pass(engine, n, input, gradOutput, masks);
  });
}

/** Terms of the longest sum in one training step on `n` samples. */
export function longestSum(layers: readonly Layer[], n: number): number {
  return Math.max(
    ...layers.map((layer) => {
      if (layer.type === 'Linear') return Math.max(layer.inFeatures, layer.outFeatures, n);
      if (layer.type !== 'Conv2d') return 1;
      const [channels, height, width] = layer.outputShape;
      const taps = layer.kernelSize[0] * layer.kernelSize[1];
      return Math.max(sizeOf([layer.inChannels, taps]), channels * taps, n * height * width);
    }),
  );
}
