import type { ImageSet } from '../data/dataset';
import type { Experiment } from '../experiment/types';

const f = Math.fround;

/** What each byte becomes: float32 [256], with torchvision's `ToTensor` (÷ 255), then `Normalize`, each operation rounded. */
export function normalizedBytes({ mean, std }: Experiment['data']['normalisation']): Float32Array {
  return Float32Array.from({ length: 256 }, (_, byte) => f(f(f(byte / 255) - f(mean)) / f(std)));
}

/** Gathers images in a given order into batches for an engine. */
export class Batches {
  readonly count: number;
  private readonly pixels: number;
  private readonly normalized: Float32Array;

  constructor(
    private readonly set: ImageSet,
    normalisation: Experiment['data']['normalisation'],
  ) {
    this.count = set.count;
    this.pixels = set.channels * set.height * set.width;
    this.normalized = normalizedBytes(normalisation);
  }

  /**
   * Loads the images `order[start]`, `order[start + 1]` … until `input` is full.
   *
   * @param input float32 [n, channels, height, width], written
   * @param labels uint8 [n or more], written
   */
  load(order: Uint32Array, start: number, input: Float32Array, labels: Uint8Array): void {
    const { pixels, normalized } = this;
    const { images, labels: allLabels } = this.set;
    const n = input.length / pixels;
    for (let i = 0; i < n; i++) {
      const image = order[start + i];
      labels[i] = allLabels[image];
      const from = image * pixels;
      const to = i * pixels;
      let k = 0;
      // Four at a time take two thirds of the time.
      for (; k + 4 <= pixels; k += 4) {
        input[to + k] = normalized[images[from + k]];
        input[to + k + 1] = normalized[images[from + k + 1]];
        input[to + k + 2] = normalized[images[from + k + 2]];
        input[to + k + 3] = normalized[images[from + k + 3]];
      }
      for (; k < pixels; k++) input[to + k] = normalized[images[from + k]];
    }
  }
}
