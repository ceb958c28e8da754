import type { Shape } from '../../experiment/types';
import { roundUp, type Arena } from './memory';

/**
 * Outputs are computed in blocks of 32, or of 16 in a layer that has no more: this many channels there are between one
 * pixel and the next. The channels beyond the layer's own hold values that nobody reads.
 */
export function channelStride(channels: number): number {
  return channels <= 16 ? 16 : roundUp(channels, 32);
}

/** Outputs computed together by a layer of so many. */
export function blockWidth(channels: number): number {
  return Math.min(channelStride(channels), 32);
}

/** Features of a Linear computed together: as many as share what a list says, and divide the layer. */
export function linearBlockWidth(features: number): number {
  const stride = channelStride(features);
  return [112, 96, 64].find((width) => stride % width === 0) ?? blockWidth(features);
}

/**
 * Where a batch of activations or gradients lies: float32 [maxBatch, H, W, C] with a border of zeros as wide as the
 * padding of the Conv2d that reads it; a vector of F features is one pixel of F channels. Addresses and strides in bytes.
 */
export interface Tensor {
  /** The first sample's border begins here. */
  readonly address: number;
  /** The first sample's first pixel. */
  readonly origin: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly pixelStride: number;
  readonly rowStride: number;
  readonly sampleStride: number;
}

export type Border = readonly [height: number, width: number];

export function allocateTensor(
  arena: Arena,
  maxBatch: number,
  shape: Shape,
  border: Border,
  stride: (channels: number) => number = channelStride,
): Tensor {
  return allocateLike(arena, maxBatch, layOut(shape, border, stride));
}

/** A tensor of one sample that begins at address 0. */
export function layOut(shape: Shape, border: Border, stride = channelStride): Tensor {
  const [channels, height, width] = shape.length === 3 ? shape : [shape[0], 1, 1];
  const pixelStride = 4 * stride(channels);
  const rowStride = (width + 2 * border[1]) * pixelStride;
  const sampleStride = (height + 2 * border[0]) * rowStride;
  const origin = border[0] * rowStride + border[1] * pixelStride;
  return { address: 0, origin, channels, height, width, pixelStride, rowStride, sampleStride };
}

/** A tensor of the same layout elsewhere: the gradient of an activation. */
export function allocateLike(arena: Arena, maxBatch: number, tensor: Tensor): Tensor {
  const address = arena.allocate(maxBatch * tensor.sampleStride);
  return { ...tensor, address, origin: address + tensor.origin - tensor.address };
}

/** Calls `visit` with the float index in memory of every element of the first `n` samples, in NCHW order. */
export function forEachElement(
  tensor: Tensor,
  n: number,
  visit: (index: number, position: number) => void,
): void {
  let position = 0;
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < tensor.channels; c++) {
      for (let y = 0; y < tensor.height; y++) {
        const row = tensor.origin + i * tensor.sampleStride + y * tensor.rowStride + 4 * c;
        for (let x = 0; x < tensor.width; x++) visit((row + x * tensor.pixelStride) / 4, position++);
      }
    }
  }
}
