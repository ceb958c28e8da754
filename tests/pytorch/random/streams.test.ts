import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256OfFloats } from '../../../src/base/f32';
import { dropoutMask, randomInt64, randperm } from '../../../src/pytorch/random/draws';
import { initialParameters } from '../../../src/pytorch/random/init';
import { Mcg31 } from '../../../src/pytorch/random/mcg31';
import { Mt19937 } from '../../../src/pytorch/random/mt19937';
import { parseExperiment } from '../../../src/experiment/load';
import { layersOf } from '../../../src/experiment/model';
import { RNGS, type Rng } from '../../../src/experiment/rng';

/** What three builds of PyTorch draw in two epochs of the experiment (`fixtures/torch/streams`, recorded by `record.py` there). */
interface Draws {
  readonly seed: number;
  readonly weightsSha256: string;
  /** Of the images in each of two epochs. */
  readonly orderSha256: readonly string[];
  /** Of all masks of the first epoch, and of the first mask of the second. */
  readonly masksSha256: readonly string[];
}

const root = join(__dirname, '../../..');
const recordedBy = (build: string): Draws[] => {
  const text = readFileSync(join(root, `fixtures/torch/streams/${build}.json`), 'utf8');
  const { runs } = JSON.parse(text) as { runs: Draws[] };
  return runs.map(({ seed, weightsSha256, orderSha256, masksSha256 }) => ({
    ...{ seed, weightsSha256, orderSha256, masksSha256 },
  }));
};

const specPath = join(root, 'spec/lr-experiment/experiment.json');
const { model, data } = parseExperiment(readFileSync(specPath, 'utf8'), specPath);
const layers = layersOf(model, data.inputShape);

const IMAGES = 60000;
const BATCH = 64;
const FEATURES = 128;
const P = 0.5;
/** Of which every mask is drawn; of the others the generator goes past those of the first epoch. */
const WHOLE_EPOCHS = 4;

function drawsOf(seed: number, rng: Rng, isWhole: boolean): Draws {
  const generator = new Mt19937(seed);
  const weightsSha256 = sha256OfFloats(initialParameters(layers, generator).map(({ data }) => data));
  const orderSha256: string[] = [];
  const masksSha256: string[] = [];
  for (const batches of [Math.ceil(IMAGES / BATCH), 1]) {
    randomInt64(generator); // the training iterator's base seed
    orderSha256.push(sha256(randperm(new Mt19937(randomInt64(generator)), IMAGES)));
    const masks = new Uint8Array(Math.min(batches * BATCH, IMAGES) * FEATURES);
    if (isWhole || batches === 1) {
      for (let start = 0; start < masks.length; start += BATCH * FEATURES) {
        dropoutMask(generator, P, masks.subarray(start, start + BATCH * FEATURES), rng);
      }
      masksSha256.push(sha256(masks));
    } else {
      const outputs = rng === RNGS.torch ? 2 * masks.length : batches;
      for (let i = 0; i < outputs; i++) generator.nextUint32();
    }
    randomInt64(generator); // the test iterator's
  }
  return { seed, weightsSha256, orderSha256, masksSha256 };
}

function sha256(array: Uint8Array | Uint32Array): string {
  const { buffer, byteOffset, byteLength } = array;
  return createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');
}

describe.each([
  ['debian-1.13', RNGS.torch],
  ['wheel-2.6', RNGS['torch-mkl']],
] as const)('PyTorch, %s', (build, rng) => {
  const runs = recordedBy(build).map((recorded, i) => ({ ...recorded, isWhole: i < WHOLE_EPOCHS }));

  test.each(runs)('two epochs from seed $seed', ({ isWhole, ...recorded }) => {
    const masksSha256 = isWhole ? recorded.masksSha256 : recorded.masksSha256.slice(1);
    expect(drawsOf(recorded.seed, rng, isWhole)).toEqual({ ...recorded, masksSha256 });
  });
});

test('PyTorch’s wheels have left MKL’s stream: 2.15 draws what 1.13 draws without MKL', () => {
  expect(recordedBy('wheel-2.15')).toEqual(recordedBy('debian-1.13'));
});

test('MCG31m1: the seed is the first output, 0 stands for 1, and the modulus for 0', () => {
  const first = (seed: number): number[] => {
    const stream = new Mcg31(seed);
    return [stream.nextInt(), stream.nextInt()];
  };
  expect(first(1)).toEqual([1, 1132489760]);
  expect(first(0)).toEqual(first(1));
  expect(first(0x7fffffff)).toEqual(first(1));
  expect(first(0xffffffff)).toEqual(first(1));
  expect(first(0x80000001)).toEqual(first(2));
});

test('MCG31m1 is exact: as with integers of any size', () => {
  const stream = new Mcg31(0x7ffffffe);
  let exact = 0x7ffffffen;
  for (let i = 0; i < 10000; i++) {
    expect(stream.nextInt()).toBe(Number(exact));
    exact = (exact * 1132489760n) % 0x7fffffffn;
  }
});
