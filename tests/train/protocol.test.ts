import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageSet } from '../../src/data/dataset';
import type { Engine } from '../../src/engine/engine';
import { bitsOf } from '../../src/base/f32';
import { Mt19937 } from '../../src/pytorch/random/mt19937';
import { layersOf } from '../../src/experiment/model';
import { Batches, normalizedBytes } from '../../src/train/batches';
import { trainEpoch } from '../../src/train/epoch';
import { evaluate } from '../../src/train/evaluate';

/** What `fixtures/torch/record_random.py` recorded. */
const recorded = JSON.parse(readFileSync(join(__dirname, '../../fixtures/torch/random.json'), 'utf8')) as {
  normalized: { mean: number; std: number; bits: number[] };
  seeds: { seed: number; epochs: { index: number[]; masks: string[] }[][] }[];
};

test("every byte is normalised to PyTorch's float32", () => {
  expect(Array.from(normalizedBytes(recorded.normalized), bitsOf)).toEqual(recorded.normalized.bits);
});

/** Images of one pixel, which is the image's index; all labels are 0. */
function numbered(count: number): ImageSet {
  return {
    images: Uint8Array.from({ length: count }, (_, i) => i),
    labels: new Uint8Array(count),
    count,
    channels: 1,
    height: 1,
    width: 1,
  };
}

/** Notes what it is given, and computes nothing. */
class NotingEngine implements Pick<Engine, 'input' | 'forward' | 'backward' | 'step'> {
  readonly calls: string[] = [];
  readonly batches: { index: number[]; masks: string[] }[] = [];
  private readonly buffer = new Float32Array(4);

  input(n: number): Float32Array {
    return this.buffer.subarray(0, n);
  }

  forward(n: number, masks?: readonly Uint8Array[]): Float32Array {
    this.calls.push(masks ? 'forward' : 'evaluate');
    const index = Array.from(this.input(n), (value) => Math.round(value * 255));
    if (masks) this.batches.push({ index, masks: masks.map((mask) => mask.join('')) });
    return new Float32Array(n * 5);
  }

  backward(gradOutput: Float32Array): void {
    this.calls.push(`backward ${gradOutput.length / 5}`);
  }

  step(lr: number): void {
    this.calls.push(`step ${lr}`);
  }
}

describe.each(recorded.seeds)('two epochs from seed $seed', ({ seed, epochs }) => {
  const layers = layersOf(
    {
      name: 'Model',
      modules: [
        { name: 'fc1', type: 'Linear', inFeatures: 1, outFeatures: 6 },
        { name: 'fc2', type: 'Linear', inFeatures: 6, outFeatures: 5 },
        { name: 'dropout1', type: 'Dropout', p: 0.25 },
        { name: 'dropout2', type: 'Dropout', p: 0.5 },
      ],
      forward: ['flatten', 'fc1', 'dropout1', 'fc2', 'dropout2'],
    },
    [1, 1, 1],
  );
  const engine = new NotingEngine();
  const asIs = { mean: 0, std: 1 };
  const generator = new Mt19937(seed);
  for (let epoch = 0; epoch < epochs.length; epoch++) {
    const training = trainEpoch(engine, layers, new Batches(numbered(10), asIs), 4, 0.5, generator);
    expect([...training]).toHaveLength(3);
    expect([
      ...evaluate(engine as unknown as Engine, new Batches(numbered(3), asIs), 5, 2, generator),
    ]).toEqual([2, 3]);
  }

  test("the batches and dropout masks are those of PyTorch's DataLoaders", () => {
    expect(engine.batches).toEqual(epochs.flat());
  });

  test('each step goes forward, backward and updates; evaluation only forward, without dropout', () => {
    const step = (n: number) => ['forward', `backward ${n}`, 'step 0.5'];
    const epoch = [...step(4), ...step(4), ...step(2), 'evaluate', 'evaluate'];
    expect(engine.calls).toEqual([...epoch, ...epoch]);
  });
});
