import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc, test as property } from '@fast-check/jest';
import { bitsOf } from '../../../src/base/f32';
import {
  bernoulliMask,
  dropoutMask,
  randomInt64,
  randperm,
  uniform,
} from '../../../src/pytorch/random/draws';
import { initialParameters } from '../../../src/pytorch/random/init';
import { Mt19937 } from '../../../src/pytorch/random/mt19937';
import { layersOf } from '../../../src/experiment/model';
import type { ModuleSpec, Shape } from '../../../src/experiment/types';

/** What `fixtures/torch/record_random.py` recorded. */
interface Recorded {
  seeds: {
    seed: number;
    draws: {
      uniform: number[];
      uniformRange: number[];
      int64: string[];
      randperm: number[];
      randperm1: number[];
      'bernoulli0.5': string;
      'bernoulli0.9': string;
      'dropout0.1': string;
      dropout0: string;
      dropout1: string;
      uniform2000Sha256: string;
      randperm60000Sha256: string;
      last: string;
    };
    initialWeights: { digitClassifierSha256: Record<string, string>; small: Record<string, number[]> };
    epochs: { index: number[]; masks: string[] }[][];
  }[];
}

const torchFixtures = join(__dirname, '../../../fixtures/torch');
const recorded = JSON.parse(readFileSync(join(torchFixtures, 'random.json'), 'utf8')) as Recorded;

const conv2d = (
  name: string,
  inChannels: number,
  outChannels: number,
  kernelSize: [number, number],
): ModuleSpec => ({ name, type: 'Conv2d', inChannels, outChannels, kernelSize, padding: [1, 1] });
const linear = (name: string, inFeatures: number, outFeatures: number): ModuleSpec => ({
  name,
  type: 'Linear',
  inFeatures,
  outFeatures,
});
const layers = (modules: ModuleSpec[], forward: string[], inputShape: Shape) =>
  layersOf({ name: 'Model', modules, forward }, inputShape);

const digitClassifier = layers(
  [
    conv2d('conv1', 1, 32, [3, 3]),
    conv2d('conv2', 32, 64, [3, 3]),
    { name: 'pool', type: 'MaxPool2d', kernelSize: 2 },
    linear('fc1', 3136, 128),
    linear('fc2', 128, 10),
  ],
  ['conv1', 'pool', 'conv2', 'pool', 'flatten', 'fc1', 'fc2'],
  [1, 28, 28],
);
const smallModel = layers(
  [conv2d('conv', 3, 4, [2, 3]), { name: 'pool', type: 'MaxPool2d', kernelSize: 2 }, linear('fc', 7 * 4, 5)],
  ['conv', 'pool', 'flatten', 'fc'],
  [3, 2, 14],
);

const sha256 = (array: Float32Array | Uint32Array) =>
  createHash('sha256').update(new Uint8Array(array.buffer)).digest('hex');
const bits = (array: Float32Array) => Array.from(array, bitsOf);

function uniformBits(generator: Mt19937, n: number, from: number, to: number): number[] {
  const out = new Float32Array(n);
  uniform(generator, out, from, to);
  return bits(out);
}

function maskText(
  draw: (generator: Mt19937, p: number, mask: Uint8Array) => void,
  generator: Mt19937,
  p: number,
  n: number,
) {
  const mask = new Uint8Array(n).fill(7);
  draw(generator, p, mask);
  return mask.join('');
}

describe.each(recorded.seeds)(
  "PyTorch's stream from seed $seed",
  ({ seed, draws, initialWeights, epochs }) => {
    test('every kind of draw, one after another', () => {
      const generator = new Mt19937(seed);
      expect(uniformBits(generator, 5, 0, 1)).toEqual(draws.uniform);
      expect(uniformBits(generator, 5, -0.1, 0.7)).toEqual(draws.uniformRange);
      expect(draws.int64.map(() => String(randomInt64(generator)))).toEqual(draws.int64);
      expect([...randperm(generator, 11)]).toEqual(draws.randperm);
      expect([...randperm(generator, 1)]).toEqual(draws.randperm1);
      expect(maskText(bernoulliMask, generator, 0.5, 40)).toBe(draws['bernoulli0.5']);
      expect(maskText(bernoulliMask, generator, 0.9, 40)).toBe(draws['bernoulli0.9']);
      expect(maskText(dropoutMask, generator, 0.1, 40)).toBe(draws['dropout0.1']);
      expect(maskText(dropoutMask, generator, 0, 5)).toBe(draws.dropout0);
      expect(maskText(dropoutMask, generator, 1, 5)).toBe(draws.dropout1);
      const many = new Float32Array(2000); // crosses several blocks of 624 outputs
      uniform(generator, many, -1, 1);
      expect(sha256(many)).toBe(draws.uniform2000Sha256);
      expect(sha256(randperm(generator, 60000))).toBe(draws.randperm60000Sha256);
      expect(String(randomInt64(generator))).toBe(draws.last);
    });

    test('initial weights', () => {
      const generator = new Mt19937(seed);
      const large = initialParameters(digitClassifier, generator);
      expect(Object.fromEntries(large.map(({ name, data }) => [name, sha256(data)]))).toEqual(
        initialWeights.digitClassifierSha256,
      );
      const small = initialParameters(smallModel, generator);
      expect(Object.fromEntries(small.map(({ name, data }) => [name, bits(data)]))).toEqual(
        initialWeights.small,
      );
    });

    test("two epochs of PyTorch's DataLoaders, with dropout in every batch", () => {
      const generator = new Mt19937(seed);
      for (const batches of epochs) {
        randomInt64(generator); // the training iterator's base seed
        const order = randperm(new Mt19937(randomInt64(generator)), 10);
        expect([...order]).toEqual(batches.flatMap(({ index }) => index));
        for (const { index, masks } of batches) {
          expect(maskText(dropoutMask, generator, 0.25, index.length * 6)).toBe(masks[0]);
          expect(maskText(dropoutMask, generator, 0.5, index.length * 5)).toBe(masks[1]);
        }
        randomInt64(generator); // the test iterator's base seed
      }
    });
  },
);

describe('the nine runs that PyTorch trained', () => {
  const runs = [0.0001, 0.001, 0.01].flatMap((lr) => [1, 2, 3].map((seed) => ({ lr, seed })));

  test.each(runs)('start from the same initial weights: lr $lr, seed $seed', ({ lr, seed }) => {
    const path = join(torchFixtures, `oracle/lr${lr}_seed${seed}.steps.json`);
    const { initialSums } = JSON.parse(readFileSync(path, 'utf8')) as { initialSums: Record<string, string> };
    const ours = initialParameters(digitClassifier, new Mt19937(seed));
    expect(ours.map(({ name }) => name)).toEqual(Object.keys(initialSums));
    for (const { name, data } of ours) {
      const sum = data.reduce((total, value) => total + value, 0);
      // PyTorch sums in another order, in double: an error of at most 2^-53 of the sum of magnitudes per addition
      const magnitude = data.reduce((total, value) => total + Math.abs(value), 0);
      expect(Math.abs(sum - Number(initialSums[name]))).toBeLessThanOrEqual(
        2 ** -53 * magnitude * data.length,
      );
    }
  });
});

describe('properties', () => {
  property.prop([fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.nat(2000)])(
    'a generator continued from its state draws what the original draws',
    (seed, drawn) => {
      const original = new Mt19937(seed);
      for (let i = 0; i < drawn; i++) original.nextUint32();
      const continued = Mt19937.fromState(original.getState());
      const next = (generator: Mt19937) => Array.from({ length: 700 }, () => generator.nextUint32());
      expect(next(continued)).toEqual(next(original));
    },
  );

  property.prop([fc.nat(0xffffffff), fc.nat(300)])('randperm is a permutation', (seed, n) => {
    const permutation = randperm(new Mt19937(seed), n);
    expect([...permutation].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
  });

  property.prop([fc.nat(0xffffffff)])('only the low 32 bits of a seed count', (seed) => {
    expect(new Mt19937(BigInt(seed) + (5n << 32n)).nextUint32()).toBe(new Mt19937(seed).nextUint32());
  });
});
