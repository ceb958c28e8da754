import type { WeightedLayer } from '../parameters';
import { roundUp, type Arena } from './memory';
import { blockWidth, channelStride, type Tensor } from './tensor';

/**
 * One weighted layer's place in the flat array of all parameters. Its weight lies there as float32
 * [outputs][rows][rowStride], a row being what is contiguous in the layer's input: one kernel row of a Conv2d, all inputs of
 * a Linear; a row has `pixels` runs of `channels` weights, `pixelStride` floats apart. What lies between holds values
 * that nobody reads.
 */
export interface WeightLayout {
  readonly name: string;
  readonly outputs: number;
  readonly rows: number;
  readonly rowStride: number;
  readonly pixels: number;
  readonly channels: number;
  readonly pixelStride: number;
  /** Bytes from the start of the parameters, or of their gradients, or of a moment. */
  readonly weightOffset: number;
  readonly biasOffset: number;
  /** Address of the weights in blocks of outputs, for forward, and in blocks of inputs, for a Conv2d's input gradient. */
  readonly packed: number;
  readonly packedTransposed: number;
}

/** Lays out all weighted layers with the tensors they read; returns the size of the flat array too, in bytes. */
export function layOutWeights(
  layers: readonly { layer: WeightedLayer; input: Tensor }[],
  arena: Arena,
): { layouts: WeightLayout[]; bytes: number } {
  let next = 0;
  const place = (floats: number): number => {
    const offset = next;
    next += roundUp(4 * floats, 64);
    return offset;
  };
  const layouts = layers.map(({ layer, input }): WeightLayout => {
    const [rows, pixels] = layer.type === 'Conv2d' ? layer.kernelSize : [1, 1];
    const [outputs, channels] =
      layer.type === 'Conv2d' ? [layer.outChannels, layer.inChannels] : [layer.outFeatures, layer.inFeatures];
    const pixelStride = input.pixelStride / 4;
    const rowStride = roundUp(pixels * pixelStride, 16);
    const area = rows * pixels;
    return {
      name: layer.name,
      outputs,
      rows,
      rowStride,
      pixels,
      channels,
      pixelStride,
      weightOffset: place(outputs * rows * rowStride),
      biasOffset: place(channelStride(outputs)),
      packed: arena.allocate(4 * channelStride(outputs) * area * channels),
      packedTransposed: arena.allocate(4 * channelStride(channels) * area * outputs),
    };
  });
  return { layouts, bytes: next };
}

/** Number of blocks in which `count` outputs are computed. */
export function blocksOf(count: number): number {
  return channelStride(count) / blockWidth(count);
}

/** Copies weight and bias, in PyTorch's layout, into the flat array at byte `base` of `memory`. */
export function writeParameters(
  memory: Float32Array,
  base: number,
  layout: WeightLayout,
  weight: Float32Array,
  bias: Float32Array,
): void {
  forEachWeight(layout, (offset, index) => (memory[(base + offset) / 4] = weight[index]));
  memory.set(bias, (base + layout.biasOffset) / 4);
}

/** The inverse of `writeParameters`. */
export function readParameters(
  memory: Float32Array,
  base: number,
  layout: WeightLayout,
): { weight: Float32Array; bias: Float32Array } {
  const weight = new Float32Array(layout.outputs * layout.channels * layout.rows * layout.pixels);
  forEachWeight(layout, (offset, index) => (weight[index] = memory[(base + offset) / 4]));
  const first = (base + layout.biasOffset) / 4;
  return { weight, bias: memory.slice(first, first + layout.outputs) };
}

/** Calls `visit` with each weight's byte offset in the flat array and its index in PyTorch's layout. */
function forEachWeight(layout: WeightLayout, visit: (offset: number, index: number) => void): void {
  const { outputs, rows, rowStride, pixels, channels, pixelStride, weightOffset } = layout;
  for (let o = 0; o < outputs; o++) {
    for (let row = 0; row < rows; row++) {
      for (let pixel = 0; pixel < pixels; pixel++) {
        const run = (o * rows + row) * rowStride + pixel * pixelStride;
        for (let c = 0; c < channels; c++) {
          visit(weightOffset + 4 * (run + c), ((o * channels + c) * rows + row) * pixels + pixel);
        }
      }
    }
  }
}
