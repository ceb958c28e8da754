import { sizeOf } from '../../experiment/model';
import type { Layer } from '../../experiment/types';
import { channelListBytes, ENTRY_BYTES, rowListBytes } from './lists';
import { type Area, type Arena, roundUp } from './memory';
import type { Tensor } from './tensor';

/** A Conv2d with the tensors between which it stands. */
export interface PlacedConv2d {
  readonly layer: Extract<Layer, { type: 'Conv2d' }>;
  readonly input: Tensor;
  readonly output: Tensor;
}

/**
 * One thread's own working memory, as large as the largest Conv2d needs it. The areas come in the order in which
 * ../wasm/assembly/scratch.ts and ../native/kernels/kernel.h take them.
 */
export function allocateScratch(arena: Arena, convs: readonly PlacedConv2d[]): Area[] {
  const areaOf = (bytes: number): Area => ({ address: arena.allocate(bytes), bytes });
  const allocate = (bytes: (conv: PlacedConv2d) => number): Area => areaOf(Math.max(0, ...convs.map(bytes)));
  const areas = {
    rowLists: allocate(({ input, output }) => Math.max(rowListsBytes(input), rowListsBytes(output))),
    rowStarts: allocate(({ input, output }) => Math.max(rowStartsBytes(input), rowStartsBytes(output))),
    patch: allocate(({ layer }) => ENTRY_BYTES * sizeOf(layer.kernelSize)),
    chainSum: areaOf(4 * 48),
    distinctLists: allocate(({ input }) => rowListBytes(pixelsOf(input), input.channels)),
    distinctStarts: allocate(({ input }) => 4 * (pixelsOf(input) + 2)),
    distinctSources: allocate(({ input }) => 4 * (pixelsOf(input) + 2)),
    buckets: allocate(({ input }) => 4 * Math.max(64, 4 * pixelsOf(input))),
    numbers: allocate(
      ({ layer: { padding }, input: { height, width } }) =>
        4 * (height + 2 * padding[0]) * (width + 2 * padding[1]),
    ),
    tapSums: allocate(
      ({ layer: { kernelSize }, input, output }) =>
        sizeOf(kernelSize) * (pixelsOf(input) + 1) * output.pixelStride,
    ),
    output: allocate(({ output }) => output.sampleStride),
    rowSums: allocate(
      ({ layer, input, output }) => (output.width + layer.kernelSize[1] - 1) * input.pixelStride,
    ),
    channelLists: allocate(({ output }) => channelListsBytes(output)),
  };
  return Object.values(areas);
}

function rowListsBytes({ height, width, channels }: Tensor): number {
  return height * rowListBytes(width, channels);
}

/** A sample's lists of all output channels, and where each ends. */
function channelListsBytes({ height, width, channels }: Tensor): number {
  return roundUp(channels, 4) * (channelListBytes(height * width) + 4);
}

function rowStartsBytes({ height, width }: Tensor): number {
  return 4 * height * (width + 1);
}

function pixelsOf({ height, width }: Tensor): number {
  return height * width;
}
