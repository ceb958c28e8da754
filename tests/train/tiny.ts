import type { DataSet, ImageSet } from '../../src/data/dataset';
import { Mt19937 } from '../../src/pytorch/random/mt19937';
import { layersOf, parametersOf, sizeOf } from '../../src/experiment/model';
import type { Experiment, ModelSpec } from '../../src/experiment/types';

/** An experiment that trains in milliseconds: 8×8 images of two classes, seven steps an epoch, the last of two images. */

const model: ModelSpec = {
  name: 'TinyClassifier',
  modules: [
    { name: 'conv', type: 'Conv2d', inChannels: 1, outChannels: 3, kernelSize: [3, 3], padding: [1, 1] },
    { name: 'pool', type: 'MaxPool2d', kernelSize: 2 },
    { name: 'fc1', type: 'Linear', inFeatures: 48, outFeatures: 6 },
    { name: 'fc2', type: 'Linear', inFeatures: 6, outFeatures: 2 },
    { name: 'dropout', type: 'Dropout', p: 0.25 },
    { name: 'relu', type: 'ReLU' },
  ],
  forward: ['conv', 'relu', 'pool', 'flatten', 'dropout', 'fc1', 'relu', 'dropout', 'fc2'],
};

export const tinyLayers = layersOf(model, [1, 8, 8]);
const parameters = parametersOf(tinyLayers);

export const tinyExperiment: Experiment = {
  name: 'tiny',
  title: 'Which half of the image is dark?',
  data: {
    name: 'Halves',
    sha256: 'b'.repeat(64),
    inputShape: [1, 8, 8],
    classes: 2,
    trainCount: 50,
    testCount: 23,
    normalisation: { mean: 0.25, std: 0.5 },
    synthetic: { sha256: '0'.repeat(64) },
  },
  model,
  expected: {
    outputShapes: tinyLayers.map(({ name, outputShape }) => ({ module: name, shape: outputShape })),
    parameterCounts: Object.fromEntries(parameters.map(({ name, shape }) => [name, sizeOf(shape)])),
    parameterCount: parameters.reduce((total, { shape }) => total + sizeOf(shape), 0),
  },
  loss: 'CrossEntropyLoss',
  optimizer: { type: 'Adam', betas: [0.9, 0.999], eps: 1e-8 },
  training: { batchSize: 8, epochs: 3, logInterval: 3, lrs: [0.01] },
  artifacts: { model: 'tiny.pth', predictions: 'predictions.png', history: 'history.png' },
  provenance: {},
  sha256: 'a'.repeat(64),
};

export const tinyStepsPerEpoch = 7;

export const tinyData: DataSet = {
  name: 'halves',
  sha256: 'b'.repeat(64),
  train: halves(50, 1),
  test: halves(23, 2),
};

/** Noise, and a dark left (0) or right (1) half. */
function halves(count: number, seed: number): ImageSet {
  const generator = new Mt19937(seed);
  const labels = Uint8Array.from({ length: count }, () => generator.nextUint32() % 2);
  const images = Uint8Array.from({ length: count * 64 }, (_, i) => {
    const isDark = i % 8 < 4 === (labels[Math.floor(i / 64)] === 0);
    return (generator.nextUint32() % 128) + (isDark ? 127 : 0);
  });
  return { images, labels, count, channels: 1, height: 8, width: 8 };
}
