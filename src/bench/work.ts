import type { Operands, Program } from '../engine/plan/plan';
import { forEachElement, type Tensor } from '../engine/plan/tensor';
import { sizeOf } from '../experiment/model';

/** Floating-point operations of a training step: a multiplication and an addition for each product. */
export interface Work {
  /** If no product were left out. */
  readonly dense: number;
  /** Done: the products whose streamed operand (activation or gradient) is not 0. */
  readonly done: number;
}

/** Counts the work of the step of `n` samples that `program` did last, from what the step left in memory. */
export function countWork(program: Program, memory: ArrayBuffer, n: number): Work {
  const values = new Float32Array(memory);
  let dense = 0;
  let done = 0;
  program.operands.forEach((operands, i) => {
    const gradients = i === 0 ? 1 : 2; // of the weight; of the input, but for the model's own
    const { outputs, fanIn, taps } = shapeOf(operands);
    const gradientCount = countNonZero(values, operands.gradient, n, () => 1, operands.gate);
    dense += 2 * n * outputs * fanIn * (1 + gradients);
    done += 2 * (countNonZero(values, operands.input, n, taps) + gradientCount * fanIn * gradients);
  });
  return { dense, done };
}

/** Outputs per sample, products per output, and products per input at a row and column. */
function shapeOf({ layer, input }: Operands): {
  outputs: number;
  fanIn: number;
  taps: (y: number, x: number) => number;
} {
  if (layer.type === 'Linear') {
    return { outputs: layer.outFeatures, fanIn: layer.inFeatures, taps: () => layer.outFeatures };
  }
  const { outChannels, inChannels, kernelSize, padding } = layer;
  const along = (at: number, side: number, axis: 0 | 1): number => {
    const outSide = side + 2 * padding[axis] - kernelSize[axis] + 1;
    const first = Math.max(0, at + padding[axis] - kernelSize[axis] + 1);
    return Math.min(outSide - 1, at + padding[axis]) - first + 1;
  };
  return {
    outputs: sizeOf(layer.outputShape),
    fanIn: inChannels * sizeOf(kernelSize),
    taps: (y, x) => outChannels * along(y, input.height, 0) * along(x, input.width, 1),
  };
}

/** Sum of `weight` over the values that are not 0, if `gate` at the same place is not 0 either. */
function countNonZero(
  values: Float32Array,
  tensor: Tensor,
  n: number,
  weight: (y: number, x: number) => number,
  gate?: Tensor,
): number {
  const { height, width } = tensor;
  const toGate = gate === undefined ? 0 : (gate.address - tensor.address) / 4;
  let total = 0;
  forEachElement(tensor, n, (index, position) => {
    if (values[index] === 0 || values[index + toGate] === 0) return;
    total += weight(Math.floor(position / width) % height, position % width);
  });
  return total;
}
