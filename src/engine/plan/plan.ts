import type { Layer, OptimizerSpec } from '../../experiment/types';
import type { EngineOptions } from '../engine';
import { LINEAR_PIECE } from '../linearPiece';
import { isWeighted, MOMENT_NAMES, type WeightedLayer } from '../parameters';
import { channelListBytes, ENTRY_BYTES, rowListBytes } from './lists';
import { type Area, Arena, roundUp, SCALARS_WORD } from './memory';
import { blocksOf, layOutWeights, type WeightLayout } from './parameterStore';
import { allocateScratch, type PlacedConv2d } from './scratch';
import {
  allocateLike,
  allocateTensor,
  blockWidth,
  type Border,
  channelStride,
  layOut,
  linearBlockWidth,
  type Tensor,
} from './tensor';

/** A call of a kernel by its exported name; it gets the task's number before these arguments. */
export type KernelCall = readonly [kernel: string, ...args: number[]];

/** Samples that one task of Linear's forward takes. */
export const GROUP = 32;

/** Tasks that threads share; each task makes the calls in turn. A barrier follows. */
export interface Region {
  /** Number of tasks: fixed + perSample · n + perGroup · ⌈n / GROUP⌉. */
  readonly tasks: { readonly fixed: number; readonly perSample: number; readonly perGroup: number };
  readonly calls: KernelCall[];
}

/** What one set of kernels wants of a program where another does not. */
export interface KernelTraits {
  /** A Conv2d's input gradient reads the weights turned and transposed, rather than as they are stored. */
  readonly transposesWeights: boolean;
  /** Output channels that one task of a Conv2d's weight gradient takes at most. */
  readonly channelGroup: number;
}

/** What each command makes the threads do. */
export interface Plan {
  /** Forward with dropout, and without it. */
  readonly train: Region[];
  readonly evaluate: Region[];
  readonly backward: Region[];
  /** Backward of an evaluation, in which dropout was the identity. */
  readonly backwardEvaluated: Region[];
  readonly step: Region[];
  /** After the parameters were set from outside; `step` includes it. */
  readonly pack: Region[];
}

export type Command = keyof Plan;

/** A model compiled to kernel calls on fixed addresses. */
export interface Program {
  readonly plan: Plan;
  /** The largest batch that it is for. */
  readonly maxBatch: number;
  /** Size of the memory that it runs in. */
  readonly bytes: number;
  /** The working memory of each thread, see scratch.ts. */
  readonly scratch: Area[][];
  /** Address of the input buffer, float32 [maxBatch, ...inputShape], as it comes from outside. */
  readonly input: number;
  readonly output: Tensor;
  readonly gradOutput: Tensor;
  readonly gradInput: Tensor;
  /** Addresses of the masks, uint8, one per Dropout of the forward pass. */
  readonly masks: number[];
  readonly weights: WeightLayout[];
  /** Where the operands of each weighted layer's products are left by a step, for `npm run bench` to count them. */
  readonly operands: Operands[];
  /** Addresses of flat arrays of all parameters, of their gradients, of the optimizer's moments. */
  readonly parameters: number;
  readonly gradients: number;
  readonly moments: number[];
}

/** Of a weighted layer: its input, and the gradient that reaches its output, where `gate` (if any) is above 0. */
export interface Operands {
  readonly layer: WeightedLayer;
  readonly input: Tensor;
  readonly gradient: Tensor;
  readonly gate?: Tensor;
}

/** One layer's forward and backward, as far as they are the layer's own. */
interface Step<L extends Layer = Layer> {
  readonly layer: L;
  readonly input: Tensor;
  readonly output: Tensor;
  /** Address of what forward leaves for backward: argmax of MaxPool2d, mask of Dropout. */
  readonly trace: number;
}

type ConvLayer = Extract<Layer, { type: 'Conv2d' }>;
type ConvStep = Step<ConvLayer>;
type LinearStep = Step<Extract<Layer, { type: 'Linear' }>>;
type PoolStep = Step<Extract<Layer, { type: 'MaxPool2d' }>>;

const PER_SAMPLE = { fixed: 0, perSample: 1, perGroup: 0 };
/** One task of the optimizer, in bytes. */
export const OPTIMIZER_CHUNK = 16384;

const OPTIMIZER_KERNELS: Readonly<Record<OptimizerSpec['type'], string>> = {
  Adam: 'adam',
  SGD: 'sgd',
  RMSprop: 'rmsprop',
};

/**
 * Compiles a model. Consecutive calls whose task is one sample share a region, so that a sample's activations go from layer
 * to layer while they are in the cache. ReLU and Dropout work in place, because backward can tell what they need from the
 * values they leave (ReLU: where the output is 0; Dropout: the mask).
 */
export function compile(options: EngineOptions, threads: number, traits: KernelTraits): Program {
  return new Compiler(options, threads, traits).compile();
}

class Compiler {
  private readonly arena = new Arena();
  private readonly steps: Step[] = [];
  private readonly weights: WeightLayout[];
  private readonly parameterBytes: number;
  private readonly parameters: number;
  private readonly gradients: number;
  private readonly moments: number[];
  private readonly gradientTensors = new Map<number, Tensor>();
  private readonly gradWeightRegions: Region[] = [];
  private readonly firstWeighted: number;

  constructor(
    private readonly options: EngineOptions,
    private readonly threads: number,
    private readonly traits: KernelTraits,
  ) {
    this.placeActivations();
    const weighted = this.steps.filter((step): step is Step<WeightedLayer> => isWeighted(step.layer));
    const { layouts, bytes } = layOutWeights(weighted, this.arena);
    this.weights = layouts;
    this.parameterBytes = bytes;
    this.parameters = this.arena.allocate(bytes);
    this.gradients = this.arena.allocate(bytes);
    this.moments = MOMENT_NAMES[options.optimizer.type].map(() => this.arena.allocate(bytes));
    this.firstWeighted = options.layers.findIndex(isWeighted);
  }

  compile(): Program {
    const { maxBatch } = this.options;
    const first = this.steps[0].input;
    const output = this.steps[this.steps.length - 1].output;
    const input = this.arena.allocate(4 * maxBatch * first.channels * first.height * first.width);
    const pack = this.packRegions();
    const backward = this.backward();
    const plan: Plan = {
      train: this.forward(input, true),
      evaluate: this.forward(input, false),
      backward,
      backwardEvaluated: withoutDropout(backward),
      step: [this.optimizerRegion(), ...pack],
      pack,
    };
    return {
      plan,
      input,
      output,
      gradOutput: this.gradientOf(output),
      gradInput: this.gradientOf(first),
      masks: this.steps.filter(({ layer }) => layer.type === 'Dropout').map(({ trace }) => trace),
      weights: this.weights,
      operands: this.operands(),
      parameters: this.parameters,
      gradients: this.gradients,
      moments: this.moments,
      scratch: this.allocateScratch(),
      maxBatch,
      bytes: this.arena.bytes,
    };
  }

  private placeActivations(): void {
    const { layers, maxBatch } = this.options;
    // The model's input is no layer's output: a stride of whole vectors will do, if no block is ever written there, and none at all
    // between the pixels of a single channel, of which a vector then holds several.
    const narrow = (channels: number): number => (channels === 1 ? 1 : roundUp(channels, 4));
    const stride =
      this.options.inputGradient === true || layers[0].type !== 'Conv2d' ? channelStride : narrow;
    let input = allocateTensor(this.arena, maxBatch, layers[0].inputShape, borderAt(layers, 0), stride);
    for (const [i, layer] of layers.entries()) {
      const inPlace = layer.type === 'ReLU' || layer.type === 'Dropout' || isNoOp(layer);
      const border = borderAt(layers, i + 1);
      let output = input;
      // What a MaxPool2d takes up at once is kept by no sample: it lies in the thread's working memory.
      if (isPooledConv(layers, i + 2)) output = layOut(layer.outputShape, border);
      else if (!inPlace) output = allocateTensor(this.arena, maxBatch, layer.outputShape, border);
      this.steps.push({ layer, input, output, trace: this.allocateTrace(layer, output) });
      input = output;
    }
  }

  private allocateTrace(layer: Layer, { height, width, channels, pixelStride }: Tensor): number {
    const pixels = this.options.maxBatch * height * width;
    if (layer.type === 'MaxPool2d') return this.arena.allocate(pixels * pixelStride);
    if (layer.type === 'Dropout') return this.arena.allocate(pixels * channels);
    return 0;
  }

  // Forward

  private forward(inputBuffer: number, training: boolean): Region[] {
    const first = this.steps[0].input;
    const regions: Region[] = [perSample(['importInput', inputBuffer, ...pixelsOf(first)])];
    const { layers } = this.options;
    this.steps.forEach((step, i) => {
      const { type } = step.layer;
      const previous = i > 0 ? layers[i - 1].type : undefined;
      if (type === 'Dropout' && !training) return;
      if (type === 'ReLU' && previous === 'Conv2d') return; // done by the Conv2d
      if (isPooledConv(layers, i)) return; // so is this MaxPool2d
      if (isPooledConv(layers, i + 2)) {
        regions.push(this.conv2dPooled(step as ConvStep, this.steps[i + 2] as PoolStep));
      } else {
        regions.push(...this.forwardRegions(step, layers[i + 1]?.type === 'ReLU'));
      }
    });
    return mergePerSample(regions);
  }

  /** `relu`: whether a ReLU follows, which a Conv2d does too. */
  private forwardRegions(step: Step, relu: boolean): Region[] {
    const { layer, input, output, trace } = step;
    switch (layer.type) {
      case 'Conv2d':
        return [this.conv2d(step as ConvStep, relu)];
      case 'Linear':
        return this.linear(step as LinearStep);
      case 'MaxPool2d':
        return [
          perSample([
            'maxPool2d',
            ...[input.origin, input.sampleStride, input.rowStride],
            ...[output.origin, output.sampleStride, output.rowStride, output.pixelStride],
            ...[trace, output.height, output.width, layer.kernelSize],
          ]),
        ];
      case 'ReLU':
        return [perSample(['relu', input.address, input.sampleStride])];
      case 'Dropout':
        return [perSample(dropoutCall(layer.p, input, trace))];
      case 'Flatten':
        return isNoOp(layer)
          ? []
          : [perSample(['flatten', ...pixelsOf(input), output.address, output.sampleStride])];
    }
  }

  private conv2d(step: ConvStep, relu: boolean): Region {
    const { origin, sampleStride, rowStride, pixelStride, height, width } = step.output;
    return perSample([
      'conv2d',
      ...this.convolved(step),
      ...[origin, sampleStride, rowStride, pixelStride, height, width, Number(relu)],
    ]);
  }

  private conv2dPooled(step: ConvStep, { layer, output, trace }: PoolStep): Region {
    const dense = step.output;
    return perSample([
      'conv2dPooled',
      ...this.convolved(step),
      ...[dense.rowStride, dense.pixelStride, dense.height, dense.width],
      ...[output.origin, output.sampleStride, output.rowStride],
      ...[trace, output.height, output.width, layer.kernelSize],
    ]);
  }

  /** What a Conv2d reads. */
  private convolved({ layer, input }: ConvStep): number[] {
    const { packed, biasOffset } = this.layoutOf(layer.name);
    return [
      ...[input.origin, input.sampleStride, input.rowStride, input.pixelStride],
      ...[input.height, input.width, input.channels],
      ...[packed, this.parameters + biasOffset, ...layer.kernelSize, ...layer.padding],
    ];
  }

  private linear({ layer, input, output }: LinearStep): Region[] {
    const { packed, biasOffset } = this.layoutOf(layer.name);
    const { maxBatch } = this.options;
    const pieces = Math.ceil(layer.inFeatures / LINEAR_PIECE);
    const lists = this.arena.allocate(maxBatch * rowListBytes(1, layer.inFeatures));
    const starts = this.arena.allocate(4 * maxBatch * (pieces + 1));
    const outputs = linearBlockWidth(layer.outFeatures);
    const blocks = channelStride(layer.outFeatures) / outputs;
    const collect: KernelCall = [
      'collectInput',
      ...[input.address, input.sampleStride, layer.inFeatures, 4 * outputs, lists, starts],
    ];
    const linear: KernelCall = [
      'linear',
      ...[lists, starts, pieces, packed, this.parameters + biasOffset, layer.inFeatures],
      ...[output.address, output.sampleStride, blocks, outputs, GROUP],
    ];
    return [perSample(collect), { tasks: { fixed: 0, perSample: 0, perGroup: blocks }, calls: [linear] }];
  }

  // Backward

  private backward(): Region[] {
    const regions: Region[] = [];
    for (let i = this.steps.length - 1; i >= 0; i--) {
      const step = this.steps[i];
      if (isPooledConv(this.options.layers, i)) {
        i -= 2; // with the ReLU and the Conv2d
        regions.push(
          ...this.convGradients(this.steps[i] as ConvStep, this.gradientWanted(i), step as PoolStep),
        );
      } else {
        regions.push(...this.backwardRegions(step, this.gradientWanted(i)));
      }
    }
    // The weights' gradients of all Conv2d layers come last, so that a sample's gradients go from layer to layer first.
    return mergePerSample([...regions, ...this.gradWeightRegions]);
  }

  /** Whether anything before layer i needs the gradient of its input. */
  private gradientWanted(i: number): boolean {
    return this.options.inputGradient === true || (this.firstWeighted >= 0 && this.firstWeighted < i);
  }

  private backwardRegions(step: Step, gradientWanted: boolean): Region[] {
    const { layer, input, output, trace } = step;
    if (layer.type === 'Conv2d') return this.convGradients(step as ConvStep, gradientWanted);
    if (layer.type === 'Linear') return this.linearGradients(step as LinearStep, gradientWanted);
    if (!gradientWanted) return [];
    const gradInput = this.gradientOf(input);
    const gradOutput = this.gradientOf(output);
    switch (layer.type) {
      case 'MaxPool2d':
        return [
          perSample([
            'maxPool2dGradInput',
            ...[
              gradInput.origin,
              gradInput.sampleStride,
              gradInput.rowStride,
              gradInput.height,
              gradInput.width,
            ],
            ...[gradOutput.origin, gradOutput.sampleStride, gradOutput.rowStride, gradOutput.pixelStride],
            ...[trace, gradOutput.height, gradOutput.width, layer.kernelSize],
          ]),
        ];
      case 'ReLU':
        return [perSample(['reluGradInput', output.address, gradOutput.address, output.sampleStride])];
      case 'Dropout':
        return [perSample(dropoutCall(layer.p, gradOutput, trace))];
      case 'Flatten':
        return isNoOp(layer)
          ? []
          : [perSample(['unflatten', gradOutput.address, gradOutput.sampleStride, ...pixelsOf(gradInput)])];
    }
  }

  /** `pool`: the MaxPool2d right behind this Conv2d's ReLU, whose backward is then done here too. */
  private convGradients(
    { layer, input, output, trace }: ConvStep,
    gradientWanted: boolean,
    pool?: PoolStep,
  ): Region[] {
    if (input.pixelStride === 4 && !gradientWanted) {
      return this.sampleGradients({ layer, input, output, trace }, pool);
    }
    const layout = this.layoutOf(layer.name);
    // At most one entry for each window or pixel.
    const { height, width } = pool?.output ?? output;
    const capacity = channelListBytes(height * width);
    const lists = this.arena.allocate(this.options.maxBatch * roundUp(output.channels, 4) * capacity);
    const ends = this.arena.allocate(4 * this.options.maxBatch * roundUp(output.channels, 4));
    const scale = gradientWanted ? this.rowBytes(layer, input) : 0;
    const size = [output.height, output.width, output.channels];
    const target = [input.rowStride, input.pixelStride, lists, ends, capacity, scale];
    const regions = [perSample(this.collectCall(output, pool, size, target))];
    if (gradientWanted) regions.push(perSample(this.conv2dGradInput(layer, input, output)));
    const group = Math.min(this.traits.channelGroup, roundUp(output.channels / this.threads, 4));
    const gradWeight: KernelCall = [
      'conv2dGradWeight',
      group,
      ...[input.address, input.sampleStride, input.rowStride, lists, ends, capacity],
      ...[output.channels, layout.rows, layout.rowStride],
      ...[this.gradients + layout.weightOffset, this.gradients + layout.biasOffset],
    ];
    this.gradWeightRegions.push(fixed(Math.ceil(output.channels / group), gradWeight));
    return regions;
  }

  /** Of a single channel, whose input is small: each sample's gradients of weight and bias, and then their sums. */
  private sampleGradients({ layer, input, output }: ConvStep, pool?: PoolStep): Region[] {
    const { weightOffset, biasOffset, rowStride } = this.layoutOf(layer.name);
    const [kernelHeight, kernelWidth] = layer.kernelSize;
    const rows = kernelHeight * kernelWidth + 1; // the bias is the last
    const sums = this.arena.allocate(this.options.maxBatch * rows * output.pixelStride);
    const grad = this.gradientOf(pool?.output ?? output);
    const gradient =
      pool === undefined
        ? [grad.origin, grad.sampleStride, grad.rowStride, grad.pixelStride]
        : this.pooledGradient(pool);
    this.gradWeightRegions.push(
      fixed(rows, [
        'addSampleSums',
        ...[sums, output.pixelStride, output.channels, kernelHeight, kernelWidth, rowStride],
        ...[input.pixelStride, this.gradients + weightOffset, this.gradients + biasOffset],
      ]),
    );
    return [
      perSample([
        pool === undefined ? 'sumGradients' : 'sumPooledGradients',
        ...gradient,
        ...[input.address, input.sampleStride, input.rowStride, input.pixelStride],
        ...[kernelHeight, kernelWidth, output.height, output.width, output.channels],
        ...[sums, output.pixelStride],
      ]),
    ];
  }

  /** What tells the gradient behind a ReLU and a MaxPool2d. */
  private pooledGradient({ layer, output, trace }: PoolStep): number[] {
    const { sampleStride, rowStride, pixelStride, height, width } = output;
    return [
      ...[this.gradientOf(output).origin, sampleStride, rowStride, pixelStride],
      ...[trace, height, width, layer.kernelSize],
    ];
  }

  /** Bytes from the weights that one output's gradient meets to the next one's. */
  private rowBytes({ name }: ConvLayer, input: Tensor): number {
    const { rows, rowStride } = this.layoutOf(name);
    return 4 * (this.traits.transposesWeights ? blockWidth(input.channels) : rows * rowStride);
  }

  private conv2dGradInput(layer: ConvLayer, input: Tensor, output: Tensor): KernelCall {
    const { packedTransposed, weightOffset, rowStride } = this.layoutOf(layer.name);
    const grad = this.gradientOf(input);
    const { transposesWeights } = this.traits;
    return [
      'conv2dGradInput',
      ...[output.height, output.width, output.channels],
      transposesWeights ? packedTransposed : this.parameters + weightOffset,
      ...[...layer.kernelSize, ...layer.padding],
      ...[grad.origin, grad.sampleStride, grad.rowStride, grad.pixelStride, grad.height, grad.width],
      transposesWeights ? blockWidth(input.channels) : rowStride,
    ];
  }

  private collectCall(
    output: Tensor,
    pool: PoolStep | undefined,
    size: number[],
    target: number[],
  ): KernelCall {
    if (pool === undefined) {
      const { origin, sampleStride, rowStride, pixelStride } = this.gradientOf(output);
      return ['collectGradient', origin, sampleStride, rowStride, pixelStride, ...size, ...target];
    }
    return ['collectPooledGradient', ...this.pooledGradient(pool), ...size, ...target];
  }

  private linearGradients({ layer, input, output }: LinearStep, gradientWanted: boolean): Region[] {
    const { maxBatch } = this.options;
    const { weightOffset, biasOffset, rowStride } = this.layoutOf(layer.name);
    const outputs = layer.outFeatures;
    const columns = linearBlockWidth(layer.inFeatures);
    const lists = [
      this.arena.allocate(ENTRY_BYTES * maxBatch * outputs),
      this.arena.allocate(4 * maxBatch),
      this.arena.allocate(ENTRY_BYTES * maxBatch * outputs),
      this.arena.allocate(4 * outputs),
    ];
    const collect: KernelCall = [
      'linearCollect',
      ...[this.gradientOf(output).address, output.sampleStride, outputs, maxBatch, 4 * rowStride],
      ...[input.sampleStride, ...lists, this.gradients + biasOffset],
    ];
    const gradients: KernelCall = [
      'linearGradients',
      ...[
        input.address,
        input.sampleStride,
        this.parameters + weightOffset,
        4 * rowStride,
        outputs,
        maxBatch,
      ],
      ...[...lists, this.gradients + weightOffset, gradientWanted ? this.gradientOf(input).address : 0],
      4 * columns,
    ];
    return [
      { tasks: { fixed: outputs, perSample: 1, perGroup: 0 }, calls: [collect] },
      fixed(channelStride(layer.inFeatures) / columns, gradients),
    ];
  }

  // Optimizer

  private optimizerRegion(): Region {
    return fixed(Math.ceil(this.parameterBytes / OPTIMIZER_CHUNK), [
      OPTIMIZER_KERNELS[this.options.optimizer.type],
      ...[
        OPTIMIZER_CHUNK,
        4 * SCALARS_WORD,
        this.parameters,
        this.gradients,
        ...this.moments,
        this.parameterBytes,
      ],
    ]);
  }

  private packRegions(): Region[] {
    return this.steps.flatMap(({ layer }, i) => {
      if (!isWeighted(layer)) return [];
      const layout = this.layoutOf(layer.name);
      const { outputs, rows, rowStride, pixels, channels, pixelStride } = layout;
      const weight = this.parameters + layout.weightOffset;
      const shape = [outputs, rows, rowStride, pixels, channels, pixelStride];
      const width = layer.type === 'Linear' ? linearBlockWidth(outputs) : blockWidth(outputs);
      const regions = [
        fixed(channelStride(outputs) / width, [
          'packWeights',
          ...[weight, layout.packed, ...shape, width],
          ...packedStrides(layer, layout, 4 * width),
        ]),
      ];
      if (layer.type === 'Conv2d' && this.traits.transposesWeights && this.gradientWanted(i)) {
        const args = [weight, layout.packedTransposed, ...shape, blockWidth(channels)];
        regions.push(fixed(blocksOf(channels), ['packTransposed', ...args]));
      }
      return regions;
    });
  }

  // Memory

  private operands(): Operands[] {
    return this.steps.flatMap(({ layer, input, output }, i) => {
      if (!isWeighted(layer)) return [];
      if (!isPooledConv(this.options.layers, i + 2))
        return [{ layer, input, gradient: this.gradientOf(output) }];
      const pooled = this.steps[i + 2].output;
      return [{ layer, input, gradient: this.gradientOf(pooled), gate: pooled }];
    });
  }

  private layoutOf(name: string): WeightLayout {
    const layout = this.weights.find((candidate) => candidate.name === name);
    if (layout === undefined) throw new RangeError(`no weights for ${name}`);
    return layout;
  }

  /** Gradients are laid out like the activations they belong to, and only where one is used. */
  private gradientOf(activation: Tensor): Tensor {
    let gradient = this.gradientTensors.get(activation.address);
    if (gradient === undefined) {
      gradient = allocateLike(this.arena, this.options.maxBatch, activation);
      this.gradientTensors.set(activation.address, gradient);
    }
    return gradient;
  }

  private allocateScratch(): Program['scratch'] {
    const convs = this.steps.filter((step): step is PlacedConv2d & Step => step.layer.type === 'Conv2d');
    return Array.from({ length: this.threads }, () => allocateScratch(this.arena, convs));
  }
}

export function perSample(call: KernelCall): Region {
  return { tasks: PER_SAMPLE, calls: [call] };
}

export function fixed(count: number, call: KernelCall): Region {
  return { tasks: { fixed: count, perSample: 0, perGroup: 0 }, calls: [call] };
}

/** Neighbouring regions whose tasks are samples become one. */
export function mergePerSample(regions: readonly Region[]): Region[] {
  const merged: Region[] = [];
  for (const region of regions) {
    const last = merged[merged.length - 1];
    if (region.tasks === PER_SAMPLE && last?.tasks === PER_SAMPLE) last.calls.push(...region.calls);
    else merged.push({ tasks: region.tasks, calls: [...region.calls] });
  }
  return merged;
}

/**
 * Bytes in the packed weights from one block, row, pixel, channel to the next: [KH][channels][KW][outputs] of a Conv2d,
 * [blocks][inputs][block] of a Linear.
 */
function packedStrides(
  { type }: WeightedLayer,
  { outputs, pixels, channels }: WeightLayout,
  blockBytes: number,
): number[] {
  if (type === 'Linear') return [channels * blockBytes, 0, 0, blockBytes];
  const pixelBytes = 4 * channelStride(outputs);
  return [blockBytes, channels * pixels * pixelBytes, pixelBytes, pixels * pixelBytes];
}

/** A MaxPool2d at i, behind a ReLU behind a Conv2d. */
function isPooledConv(layers: readonly Layer[], i: number): boolean {
  const types = layers.slice(Math.max(0, i - 2), i + 1).map(({ type }) => type);
  return types.join() === 'Conv2d,ReLU,MaxPool2d';
}

/** The border that the activation before layer i needs: the padding of the next Conv2d, if nothing comes between. */
function borderAt(layers: readonly Layer[], i: number): Border {
  const reader = layers.slice(i).find(({ type }) => type !== 'ReLU' && type !== 'Dropout');
  return reader?.type === 'Conv2d' ? reader.padding : [0, 0];
}

/** A Flatten of what is flat already. */
export function isNoOp(layer: Layer): boolean {
  return layer.type === 'Flatten' && layer.inputShape.length === 1;
}

export function pixelsOf({
  origin,
  sampleStride,
  rowStride,
  pixelStride,
  channels,
  height,
  width,
}: Tensor): number[] {
  return [origin, sampleStride, rowStride, pixelStride, channels, height, width];
}

export function dropoutCall(p: number, values: Tensor, mask: number): KernelCall {
  return ['dropout', ...pixelsOf(values), mask, Math.fround(1 / (1 - p))];
}

export function withoutDropout(regions: readonly Region[]): Region[] {
  return regions
    .map(({ tasks, calls }) => ({ tasks, calls: calls.filter(([kernel]) => kernel !== 'dropout') }))
    .filter(({ calls }) => calls.length > 0);
}
