import { isWeighted, type WeightedLayer } from '../../../src/engine/parameters';
import { sizeOf } from '../../../src/experiment/model';
import type { Layer } from '../../../src/experiment/types';

/**
 * The layers once more, in float64 and from another side: what the engines gather output by output, this scatters product by
 * product. A Conv2d and a Linear are both nothing but a set of products (output, input, weight).
 */
export type Float64Parameters = ReadonlyMap<string, Float64Array>;

/** Calls `visit` with the indices of the factors of every product, and of the output to which it is added. */
export function forEachProduct(
  layer: WeightedLayer,
  n: number,
  visit: (output: number, input: number, weight: number) => void,
): void {
  if (layer.type === 'Linear') {
    const { inFeatures, outFeatures } = layer;
    for (let weight = 0; weight < inFeatures * outFeatures; weight++) {
      const [o, i] = [Math.floor(weight / inFeatures), weight % inFeatures];
      for (let row = 0; row < n; row++) visit(row * outFeatures + o, row * inFeatures + i, weight);
    }
    return;
  }
  const { inChannels, outChannels, kernelSize, padding } = layer;
  const [, height, width] = layer.inputShape;
  const [, outHeight, outWidth] = layer.outputShape;
  const [kernelHeight, kernelWidth] = kernelSize;
  for (let input = 0; input < n * sizeOf(layer.inputShape); input++) {
    const x = input % width;
    const y = Math.floor(input / width) % height;
    const ci = Math.floor(input / (width * height)) % inChannels;
    const row = Math.floor(input / (width * height * inChannels));
    for (let kh = 0; kh < kernelHeight; kh++) {
      const oy = y - kh + padding[0];
      if (oy < 0 || oy >= outHeight) continue;
      for (let kw = 0; kw < kernelWidth; kw++) {
        const ox = x - kw + padding[1];
        if (ox < 0 || ox >= outWidth) continue;
        for (let co = 0; co < outChannels; co++) {
          const output = ((row * outChannels + co) * outHeight + oy) * outWidth + ox;
          visit(output, input, ((co * inChannels + ci) * kernelHeight + kh) * kernelWidth + kw);
        }
      }
    }
  }
}

/** The bias that output `index` starts with. */
export function biasOf(layer: WeightedLayer, index: number): number {
  const biases = layer.type === 'Linear' ? layer.outFeatures : layer.outChannels;
  const area = sizeOf(layer.outputShape) / biases;
  return Math.floor(index / area) % biases;
}

/** For each output of a MaxPool2d, the index of its window's first maximum. */
export function maximaOf(layer: Extract<Layer, { type: 'MaxPool2d' }>, input: Float64Array): Int32Array {
  const [channels, height, width] = layer.inputShape;
  const [, outHeight, outWidth] = layer.outputShape;
  const planes = input.length / (height * width);
  const maxima = new Int32Array(planes * outHeight * outWidth).fill(-1);
  forEachOfWindows(layer, planes / channels, (output, index) => {
    if (maxima[output] < 0 || input[index] > input[maxima[output]]) maxima[output] = index;
  });
  return maxima;
}

/** Calls `visit` with every input that is in a window, in their order, and the output of that window. */
export function forEachOfWindows(
  layer: Extract<Layer, { type: 'MaxPool2d' }>,
  n: number,
  visit: (output: number, input: number) => void,
): void {
  const [, height, width] = layer.inputShape;
  const [, outHeight, outWidth] = layer.outputShape;
  for (let input = 0; input < n * sizeOf(layer.inputShape); input++) {
    const ox = Math.floor((input % width) / layer.kernelSize);
    const oy = Math.floor((Math.floor(input / width) % height) / layer.kernelSize);
    const plane = Math.floor(input / (width * height));
    if (ox < outWidth && oy < outHeight) visit((plane * outHeight + oy) * outWidth + ox, input);
  }
}

export interface Run64 {
  /** The input of each layer, then the output. */
  readonly values: Float64Array[];
  /** What ReLU and MaxPool2d chose: where this changes, the function has a kink. */
  readonly choices: string;
}

export function run64(
  layers: readonly Layer[],
  parameters: Float64Parameters,
  input: Float64Array,
  n: number,
  masks: readonly Uint8Array[],
): Run64 {
  const values = [input];
  const choices: string[] = [];
  const remaining = [...masks];
  for (const layer of layers) {
    const x = values[values.length - 1];
    if (isWeighted(layer)) {
      const [weight, bias] = weightAndBias(layer, parameters);
      const output = new Float64Array(n * sizeOf(layer.outputShape));
      output.forEach((_, o) => (output[o] = bias[biasOf(layer, o)]));
      forEachProduct(layer, n, (o, i, w) => (output[o] += x[i] * weight[w]));
      values.push(output);
    } else if (layer.type === 'MaxPool2d') {
      const maxima = maximaOf(layer, x);
      choices.push(maxima.join());
      values.push(Float64Array.from(maxima, (index) => x[index]));
    } else if (layer.type === 'ReLU') {
      choices.push(Array.from(x, (value) => Number(value > 0)).join(''));
      values.push(x.map((value) => Math.max(value, 0)));
    } else if (layer.type === 'Dropout') {
      const mask = remaining.shift();
      values.push(mask === undefined ? x : x.map((value, i) => (value * mask[i]) / (1 - layer.p)));
    } else {
      values.push(x);
    }
  }
  return { values, choices: choices.join('|') };
}

export function weightAndBias(
  layer: WeightedLayer,
  parameters: Float64Parameters,
): [weight: Float64Array, bias: Float64Array] {
  const [weight, bias] = [parameters.get(`${layer.name}.weight`), parameters.get(`${layer.name}.bias`)];
  if (weight === undefined || bias === undefined) throw new RangeError(`no parameters for ${layer.name}`);
  return [weight, bias];
}

/** log Σ exp − logit of the label, for each row. */
export function crossEntropyRows64(logits: Float64Array, labels: Uint8Array, classes: number): number[] {
  return Array.from(labels, (label, i) => {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    const largest = row.reduce((a, b) => Math.max(a, b));
    const sum = row.reduce((total, z) => total + Math.exp(z - largest), 0);
    return Math.log(sum) + largest - row[label];
  });
}
