import type { Layer } from '../../spec/types';
import type { EngineOptions } from '../engine';
import { isWeighted } from '../parameters';
import { Arena, SCALARS_WORD } from './memory';
import { layOutWeights, type WeightLayout } from './parameterStore';
import { allocateLike, allocateTensor, type Border, type Tensor } from './tensor';

/** A call of a kernel by its exported name; all threads make it, then meet at a barrier. */
export type KernelCall = readonly [kernel: string, ...args: number[]];

/** What a command makes every thread do. */
export interface Plan {
  /** With dropout, without it. */
  readonly train: KernelCall[];
  readonly evaluate: KernelCall[];
  readonly backward: KernelCall[];
  readonly step: KernelCall[];
  /** After the parameters were set from outside; `step` includes it. */
  readonly pack: KernelCall[];
}

export type Command = keyof Plan;

/** A model compiled to kernel calls on fixed addresses. */
export interface Program {
  readonly plan: Plan;
  readonly arena: Arena;
  /** Address of the input buffer, float32 [maxBatch, ...inputShape], as it comes from outside. */
  readonly input: number;
  readonly output: Tensor;
  readonly gradOutput: Tensor;
  readonly gradInput: Tensor;
  /** Addresses of the masks, uint8, one per Dropout of the forward pass. */
  readonly masks: number[];
  readonly weights: WeightLayout[];
  /** Addresses of flat arrays of `parameterBytes`: the parameters, their gradients, the optimizer's moments. */
  readonly parameters: number;
  readonly gradients: number;
  readonly moments: number[];
  readonly parameterBytes: number;
}

/** Forward pass and backward pass of one layer, as far as they are the layer's own. */
interface Step {
  readonly layer: Layer;
  readonly input: Tensor;
  readonly output: Tensor;
  readonly argmax: number;
  readonly mask: number;
}

/**
 * Compiles a model. Activations live where they were computed: ReLU and Dropout work in place, because backward can tell
 * what they need from the values they leave (ReLU: where the output is 0; Dropout: the mask). A ReLU right after a
 * Conv2d or Linear is done by its tile; the backward of MaxPool2d, ReLU, Conv2d in a row goes from the pooled gradient
 * straight to the Conv2d's lists.
 */
export function compile({ layers, optimizer, maxBatch, inputGradient }: EngineOptions): Program {
  const arena = new Arena();
  const { layouts, bytes: parameterBytes } = layOutWeights(layers.filter(isWeighted), arena);
  const parameters = arena.allocate(parameterBytes);
  const gradients = arena.allocate(parameterBytes);
  const moments = (optimizer.type === 'Adam' ? [0, 1] : [0]).map(() => arena.allocate(parameterBytes));
  const layoutOf = (name: string): WeightLayout => {
    const layout = layouts.find((candidate) => candidate.name === name);
    if (layout === undefined) throw new RangeError(`no weights for ${name}`);
    return layout;
  };

  const masks: number[] = [];
  const steps: Step[] = [];
  const first = allocateTensor(arena, maxBatch, layers[0].inputShape, borderAt(layers, 0));
  for (const [i, layer] of layers.entries()) {
    const input = i === 0 ? first : steps[i - 1].output;
    const inPlace = layer.type === 'ReLU' || layer.type === 'Dropout' || isNoOp(layer);
    const output = inPlace
      ? input
      : allocateTensor(arena, maxBatch, layer.outputShape, borderAt(layers, i + 1));
    const elements = maxBatch * output.channels * output.height * output.width;
    const argmax = layer.type === 'MaxPool2d' ? arena.allocate(4 * elements) : 0;
    const mask = layer.type === 'Dropout' ? arena.allocate(elements) : 0;
    if (layer.type === 'Dropout') masks.push(mask);
    steps.push({ layer, input, output, argmax, mask });
  }
  const output = steps[steps.length - 1].output;
  const gradientOf = gradientAllocator(arena, maxBatch);

  const forward = (training: boolean): KernelCall[] => {
    const { origin, sampleStride, rowStride, channels, height, width } = first;
    const calls: KernelCall[] = [
      ['importInput', inputBuffer, origin, sampleStride, rowStride, channels, height, width],
    ];
    for (let i = 0; i < steps.length; i++) {
      const { layer } = steps[i];
      if (layer.type === 'Dropout' && !training) continue;
      if (layer.type === 'ReLU' && i > 0 && isWeighted(layers[i - 1])) continue;
      calls.push(...forwardCalls(steps[i], layers[i + 1]?.type === 'ReLU'));
    }
    return calls;
  };

  const forwardCalls = ({ layer, input, output, argmax, mask }: Step, relu: boolean): KernelCall[] => {
    switch (layer.type) {
      case 'Conv2d': {
        const { packed, biasOffset, rows, rowLength } = layoutOf(layer.name);
        return [
          [
            'conv2d',
            ...[input.address, input.sampleStride, input.rowStride, input.pixelStride],
            ...[packed, parameters + biasOffset, rows, rowLength],
            ...[output.origin, output.sampleStride, output.rowStride],
            ...[output.channels, output.height, output.width, Number(relu)],
          ],
        ];
      }
      case 'Linear': {
        const { packed, biasOffset, rowLength, outputs } = layoutOf(layer.name);
        return [
          [
            'linear',
            ...[input.address, input.sampleStride, packed, parameters + biasOffset, rowLength],
            ...[output.address, output.sampleStride, outputs, Number(relu)],
          ],
        ];
      }
      case 'MaxPool2d':
        return [
          [
            'maxPool2d',
            ...[input.origin, input.sampleStride, input.rowStride],
            ...[output.origin, output.sampleStride, output.rowStride, argmax],
            ...[output.channels, output.height, output.width, layer.kernelSize],
          ],
        ];
      case 'ReLU':
        return [['relu', input.address, input.sampleStride]];
      case 'Dropout':
        return [dropoutCall(layer.p, input, mask)];
      case 'Flatten':
        if (isNoOp(layer)) return [];
        return [
          [
            'flatten',
            ...[input.origin, input.sampleStride, input.rowStride, input.channels, input.height, input.width],
            ...[output.address, output.sampleStride],
          ],
        ];
    }
  };

  const backward = (): KernelCall[] => {
    const firstWeighted = layers.findIndex(isWeighted);
    const calls: KernelCall[] = [];
    for (let i = steps.length - 1; i >= 0; i--) {
      const gradientWanted = inputGradient === true || (firstWeighted >= 0 && firstWeighted < i);
      const pooled =
        i >= 2 && [2, 1, 0].map((back) => layers[i - back].type).join() === 'Conv2d,ReLU,MaxPool2d';
      if (pooled) {
        const conv = i - 2;
        calls.push(collectPooledCall(steps[conv], steps[i]));
        calls.push(...convGradientCalls(steps[conv], inputGradient === true || firstWeighted < conv));
        i = conv;
      } else {
        calls.push(...backwardCalls(steps[i], gradientWanted));
      }
    }
    return calls;
  };

  const backwardCalls = (
    { layer, input, output, argmax, mask }: Step,
    gradientWanted: boolean,
  ): KernelCall[] => {
    switch (layer.type) {
      case 'Conv2d':
        return [
          collectDenseCall({ layer, input, output, argmax, mask }),
          ...convGradientCalls({ layer, input, output, argmax, mask }, gradientWanted),
        ];
      case 'Linear':
        return linearGradientCalls({ layer, input, output, argmax, mask }, gradientWanted);
      case 'MaxPool2d': {
        if (!gradientWanted) return [];
        const grad = gradientOf(input);
        const from = gradientOf(output);
        return [
          [
            'maxPool2dGradInput',
            ...[grad.address, grad.sampleStride, grad.origin - grad.address, grad.rowStride],
            ...[from.origin, from.sampleStride, from.rowStride, argmax],
            ...[output.channels, output.height, output.width, layer.kernelSize],
          ],
        ];
      }
      case 'ReLU':
        return gradientWanted
          ? [['reluGradInput', output.address, gradientOf(output).address, output.sampleStride]]
          : [];
      case 'Dropout':
        return gradientWanted ? [dropoutCall(layer.p, gradientOf(output), mask)] : [];
      case 'Flatten': {
        if (!gradientWanted || isNoOp(layer)) return [];
        const grad = gradientOf(input);
        const from = gradientOf(output);
        return [
          [
            'unflatten',
            ...[from.address, from.sampleStride, grad.origin, grad.sampleStride, grad.rowStride],
            ...[grad.channels, grad.height, grad.width],
          ],
        ];
      }
    }
  };

  /** One buffer of lists serves all Conv2d layers in turn; its size is the largest that one of them needs. */
  const convs = steps.filter(({ layer }) => layer.type === 'Conv2d');
  const largest = (size: (step: Step) => number): number => Math.max(0, ...convs.map(size));
  const lists = arena.allocate(
    8 * maxBatch * largest(({ output }) => output.channels * output.height * output.width),
  );
  const counts = arena.allocate(4 * maxBatch * largest(({ output }) => output.channels));

  const collectDenseCall = ({ input, output }: Step): KernelCall => {
    const grad = gradientOf(output);
    return [
      'collectDense',
      ...[grad.origin, grad.sampleStride, grad.rowStride, grad.channels, grad.height, grad.width],
      ...[input.rowStride, input.pixelStride, lists, counts, output.height * output.width],
    ];
  };

  const collectPooledCall = ({ input, output }: Step, pool: Step): KernelCall => {
    const grad = gradientOf(pool.output);
    const { channels, height, width } = pool.output;
    const kernelSize = pool.layer.type === 'MaxPool2d' ? pool.layer.kernelSize : 0;
    return [
      'collectPooled',
      ...[grad.origin, pool.output.origin, grad.sampleStride, grad.rowStride, pool.argmax],
      ...[channels, height, width, kernelSize],
      ...[input.rowStride, input.pixelStride, lists, counts, output.height * output.width],
    ];
  };

  const convGradientCalls = ({ layer, input, output }: Step, gradientWanted: boolean): KernelCall[] => {
    const { rows, rowLength, rowStride, weightOffset, biasOffset, outputs } = layoutOf(layer.name);
    const capacity = output.height * output.width;
    const calls: KernelCall[] = [
      [
        'conv2dGradWeight',
        ...[input.address, input.sampleStride, input.rowStride, lists, counts, capacity],
        ...[outputs, rows, rowLength, rowStride, gradients + weightOffset, gradients + biasOffset],
      ],
    ];
    if (gradientWanted) {
      calls.push([
        'conv2dGradInput',
        ...[parameters + weightOffset, rowStride, rows, rowLength, lists, counts, capacity, outputs],
        ...[gradientOf(input).address, input.sampleStride, input.rowStride],
      ]);
    }
    return calls;
  };

  const linearGradientCalls = ({ layer, input, output }: Step, gradientWanted: boolean): KernelCall[] => {
    const { rowLength, rowStride, weightOffset, biasOffset, outputs } = layoutOf(layer.name);
    const rowLists = arena.allocate(8 * maxBatch * outputs);
    const rowCounts = arena.allocate(4 * maxBatch);
    const columnLists = arena.allocate(8 * maxBatch * outputs);
    const columnCounts = arena.allocate(4 * outputs);
    const linearLists = [rowLists, rowCounts, columnLists, columnCounts];
    return [
      [
        'linearCollect',
        ...[
          gradientOf(output).address,
          output.sampleStride,
          outputs,
          maxBatch,
          4 * rowStride,
          input.sampleStride,
        ],
        ...[...linearLists, gradients + biasOffset],
      ],
      [
        'linearGradients',
        ...[input.address, parameters + weightOffset, rowLength, 4 * rowStride, outputs, maxBatch],
        ...[...linearLists, gradients + weightOffset],
        ...[gradientWanted ? gradientOf(input).address : 0, input.sampleStride],
      ],
    ];
  };

  const pack = layouts.map(({ outputs, rows, rowLength, rowStride, weightOffset, packed }): KernelCall => {
    return ['packWeights', parameters + weightOffset, packed, outputs, rows, rowLength, rowStride];
  });
  const update: KernelCall = [
    optimizer.type === 'Adam' ? 'adam' : 'sgd',
    ...[4 * SCALARS_WORD, parameters, gradients, ...moments, parameterBytes],
  ];

  const inputBuffer = arena.allocate(4 * maxBatch * first.channels * first.height * first.width);
  const plan: Plan = {
    train: forward(true),
    evaluate: forward(false),
    backward: backward(),
    step: [update, ...pack],
    pack,
  };
  return {
    plan,
    arena,
    input: inputBuffer,
    output,
    gradOutput: gradientOf(output),
    gradInput: gradientOf(first),
    masks,
    weights: layouts,
    parameters,
    gradients,
    moments,
    parameterBytes,
  };
}

/** The border that the activation before layer `i` needs: the padding of the next Conv2d, if nothing reshapes before it. */
function borderAt(layers: readonly Layer[], i: number): Border {
  const reader = layers.slice(i).find(({ type }) => type !== 'ReLU' && type !== 'Dropout');
  return reader?.type === 'Conv2d' ? reader.padding : [0, 0];
}

/** A Flatten of what is flat already. */
function isNoOp(layer: Layer): boolean {
  return layer.type === 'Flatten' && layer.inputShape.length === 1;
}

function dropoutCall(p: number, values: Tensor, mask: number): KernelCall {
  const { origin, sampleStride, rowStride, channels, height, width } = values;
  return [
    'dropout',
    origin,
    sampleStride,
    rowStride,
    channels,
    height,
    width,
    mask,
    Math.fround(1 / (1 - p)),
  ];
}

/** Gradients are laid out like the activations they belong to, and only where one is used. */
function gradientAllocator(arena: Arena, maxBatch: number): (activation: Tensor) => Tensor {
  const gradients = new Map<number, Tensor>();
  return (activation) => {
    let gradient = gradients.get(activation.address);
    if (gradient === undefined) {
      gradient = allocateLike(arena, maxBatch, activation);
      gradients.set(activation.address, gradient);
    }
    return gradient;
  };
}
