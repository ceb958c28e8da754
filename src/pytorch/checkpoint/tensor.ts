import { sizeOf } from '../../experiment/model';
import { refused } from './fault';

/** PyTorch's own limit. */
export const MOST_DIMENSIONS = 64;

/** A tensor of a checkpoint. Its bytes are looked at when its values are asked for, so that reading a file copies nothing. */
export interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** By PyTorch's name: `float32`, `int64` … */
  readonly dtype: string;
  /** The bytes of the elements that the tensor takes its own from; little-endian. */
  readonly bytes: Uint8Array;
  /** In elements, from the first of `bytes`. */
  readonly offset: number;
  /** In elements, as `tensor.stride()` gives them. */
  readonly stride: readonly number[];
}

/** How elements become float32: exactly, but that a float64 is rounded to the nearest float32, as PyTorch's `copy_` does. */
const READERS: Readonly<Record<string, (view: DataView, index: number) => number>> = {
  float32: (view, index) => view.getFloat32(4 * index, true),
  float64: (view, index) => view.getFloat64(8 * index, true),
  float16: (view, index) => float16(view.getUint16(2 * index, true)),
  bfloat16: (view, index) => float32OfBits(view.getUint16(2 * index, true) << 16),
};

/**
 * The values of a tensor, float32 in row-major order, whatever its strides are.
 *
 * @param where names the file
 * @throws AssayError `checkpoint-refused` when its elements are not floating-point numbers of 16, 32 or 64 bits.
 */
export function valuesOf(
  { name, shape, dtype, bytes, offset, stride }: StoredTensor,
  where: string,
): Float32Array {
  const read = Object.hasOwn(READERS, dtype) ? READERS[dtype] : undefined;
  if (read === undefined) {
    throw refused(`${where}, ${name}`, {
      what: 'a tensor’s elements are of a type that no parameter here has',
      expected: Object.keys(READERS).join(', '),
      got: dtype,
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(sizeOf(shape));
  const index = shape.map(() => 0);
  let at = offset;
  for (let i = 0; i < values.length; i++) {
    values[i] = read(view, at);
    // To the next element in row-major order: the last index that can still grow does, those after it start again.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += stride[axis];
      if (++index[axis] < shape[axis]) break;
      at -= stride[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return values;
}

/** Row-major strides, in elements. */
export function contiguousStride(shape: readonly number[]): number[] {
  const stride = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) stride[axis] = stride[axis + 1] * shape[axis + 1];
  return stride;
}

/** The number of elements of a shape from a file, which may be any integers; undefined when it is not a safe integer. */
export function elementCount(shape: readonly number[]): number | undefined {
  let count = 1;
  for (const length of shape) {
    count *= length;
    if (!Number.isSafeInteger(count)) return undefined;
  }
  return count;
}

const SMALLEST_FLOAT16 = 2 ** -24;

/** IEEE 754 binary16, exact in float32. */
function float16(bits: number): number {
  const sign = (bits & 0x8000) << 16;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return (sign === 0 ? 1 : -1) * fraction * SMALLEST_FLOAT16;
  const biased = exponent === 0x1f ? 0xff : exponent + 112;
  return float32OfBits(sign | (biased << 23) | (fraction << 13));
}

const scratch = new DataView(new ArrayBuffer(4));

function float32OfBits(bits: number): number {
  scratch.setInt32(0, bits);
  return scratch.getFloat32(0);
}
