import type { ImageSet } from '../../src/data/dataset';
import type { Engine, NamedTensor, OptimizerState } from '../../src/engine/engine';
import { sizeOf } from '../../src/experiment/model';
import type { Experiment, Shape } from '../../src/experiment/types';
import { normalizedBytes } from '../../src/train/batches';

/** What was asked of an engine. */
export interface Call {
  readonly what: 'forward' | 'backward' | 'step';
  /** Of a forward pass: the numbers of its images. */
  readonly images?: readonly number[];
  /** Of a forward pass with masks: how many ones each mask has. */
  readonly kept?: readonly number[];
  /** Of a step. */
  readonly lr?: number;
}

/** Bytes that an image's number takes. */
const NUMBER_SIZE = 3;

/**
 * Images that bear their number in their first three bytes; the label of image `i` is `i % classes`.
 *
 * @param shape [height, width]; the default is just enough for the number
 */
export function numberedImages(classes: number, count: number, shape: Shape = [1, NUMBER_SIZE]): ImageSet {
  const [height, width] = shape;
  const images = new Uint8Array(count * sizeOf(shape));
  for (let i = 0; i < count; i++) images.set([i & 255, (i >> 8) & 255, i >> 16], i * sizeOf(shape));
  const labels = Uint8Array.from({ length: count }, (_, i) => i % classes);
  return { images, labels, count, channels: 1, height, width };
}

/**
 * Stands in for an engine where the question is what is asked of it: it computes nothing, reads the numbers of the
 * smallest {@link numberedImages} in its input, and answers with a logit of 1 for each image's label and 0 for the other classes.
 */
export class RecordingEngine implements Engine {
  readonly name = 'reference';
  readonly threads = 1;
  readonly calls: Call[] = [];
  private readonly buffer: Float32Array;
  private readonly byteOf: ReadonlyMap<number, number>;

  constructor(
    private readonly data: Experiment['data'],
    maxBatch: number,
  ) {
    this.buffer = new Float32Array(maxBatch * NUMBER_SIZE);
    this.byteOf = new Map(Array.from(normalizedBytes(data.normalisation), (value, byte) => [value, byte]));
  }

  input(n: number): Float32Array {
    return this.buffer.subarray(0, n * NUMBER_SIZE);
  }

  forward(n: number, masks?: readonly Uint8Array[]): Float32Array {
    const images = Array.from({ length: n }, (_, i) => this.numberAt(i * NUMBER_SIZE));
    const kept = masks?.map((mask) => mask.reduce((sum, keep) => sum + keep, 0));
    this.calls.push({ what: 'forward', images, kept });
    const { classes } = this.data;
    const logits = new Float32Array(n * classes);
    for (const [i, image] of images.entries()) logits[i * classes + (image % classes)] = 1;
    return logits;
  }

  private numberAt(position: number): number {
    const [low, middle, high] = this.buffer.subarray(position, position + 3);
    const byte = (value: number): number => this.byteOf.get(value) ?? NaN;
    return byte(low) + 256 * byte(middle) + 65536 * byte(high);
  }

  backward(): void {
    this.calls.push({ what: 'backward' });
  }

  step(lr: number): void {
    this.calls.push({ what: 'step', lr });
  }

  getParameters(): NamedTensor[] {
    return [];
  }

  getGradients(): NamedTensor[] {
    return [];
  }

  getInputGradient(): Float32Array {
    return new Float32Array(0);
  }

  getOptimizerState(): OptimizerState {
    return { stepCount: 0, buffers: [] };
  }

  setParameters(): void {
    throw new Error('nothing but training changes parameters');
  }

  setOptimizerState(): void {
    throw new Error('nothing but training changes the optimizer');
  }

  async close(): Promise<void> {}
}
