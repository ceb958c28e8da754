import type { WeightedLayer } from '../parameters';
import { roundUp, type Arena } from './memory';

/**
 * One weighted layer's place in the flat array of all parameters, and how its weight lies there: float32
 * [outputs][rows][rowStride], a row being a run of inputs that are contiguous in NHWC: one kernel row of a Conv2d, all
 * inputs of a Linear. Rows are padded to whole vectors, the bias to 8 values.
 */
export interface WeightLayout {
  readonly name: string;
  readonly outputs: number;
  readonly rows: number;
  /** Floats of a row that are weights, and from a row to the next. */
  readonly rowLength: number;
  readonly rowStride: number;
  /** Bytes from the start of the parameters, or of their gradients, or of a moment. */
  readonly weightOffset: number;
  readonly biasOffset: number;
  /** The weight's index in PyTorch's layout, for each position of [outputs][rows][rowLength]. */
  readonly order: Int32Array;
  /** Address of the weights as the tile reads them. */
  readonly packed: number;
}

/** Lays out all weighted layers; returns the size of the flat array too, in bytes. */
export function layOutWeights(
  layers: readonly WeightedLayer[],
  arena: Arena,
): { layouts: WeightLayout[]; bytes: number } {
  let next = 0;
  const place = (floats: number): number => {
    const offset = next;
    next += roundUp(4 * floats, 64);
    return offset;
  };
  const layouts = layers.map((layer): WeightLayout => {
    const [kernelHeight, kernelWidth] = layer.type === 'Conv2d' ? layer.kernelSize : [1, 1];
    const [outputs, inputs] =
      layer.type === 'Conv2d' ? [layer.outChannels, layer.inChannels] : [layer.outFeatures, layer.inFeatures];
    const rowLength = kernelWidth * inputs;
    const rowStride = roundUp(rowLength, 4);
    return {
      name: layer.name,
      outputs,
      rows: kernelHeight,
      rowLength,
      rowStride,
      weightOffset: place(outputs * kernelHeight * rowStride),
      biasOffset: place(roundUp(outputs, 8)),
      order: weightOrder(outputs, inputs, kernelHeight, kernelWidth),
      packed: arena.allocate(4 * roundUp(outputs, 8) * kernelHeight * rowLength),
    };
  });
  return { layouts, bytes: next };
}

function weightOrder(outputs: number, inputs: number, kernelHeight: number, kernelWidth: number): Int32Array {
  const order = new Int32Array(outputs * inputs * kernelHeight * kernelWidth);
  let position = 0;
  for (let o = 0; o < outputs; o++) {
    for (let kh = 0; kh < kernelHeight; kh++) {
      for (let kw = 0; kw < kernelWidth; kw++) {
        for (let i = 0; i < inputs; i++) {
          order[position++] = ((o * inputs + i) * kernelHeight + kh) * kernelWidth + kw;
        }
      }
    }
  }
  return order;
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
  const weight = new Float32Array(layout.order.length);
  forEachWeight(layout, (offset, index) => (weight[index] = memory[(base + offset) / 4]));
  const first = (base + layout.biasOffset) / 4;
  return { weight, bias: memory.slice(first, first + layout.outputs) };
}

function forEachWeight(layout: WeightLayout, visit: (offset: number, index: number) => void): void {
  let position = 0;
  for (let row = 0; row < layout.outputs * layout.rows; row++) {
    for (let k = 0; k < layout.rowLength; k++) {
      visit(layout.weightOffset + 4 * (row * layout.rowStride + k), layout.order[position++]);
    }
  }
}
