import type { Layer } from '../../experiment/types';
import type { EngineOptions } from '../engine';
import { isWeighted, MOMENT_NAMES, type WeightedLayer } from '../parameters';
import { Arena, roundUp, SCALARS_WORD } from './memory';
import { layOutWeights, type WeightLayout } from './parameterStore';
import {
  dropoutCall,
  fixed,
  GROUP,
  isNoOp,
  type KernelCall,
  mergePerSample,
  OPTIMIZER_CHUNK,
  perSample,
  pixelsOf,
  type Plan,
  type Program,
  type Region,
  withoutDropout,
} from './plan';
import { allocateScratch } from './scratch';
import { allocateLike, allocateTensor, channelStride, type Tensor } from './tensor';

/** What one set of kernels wants of a program of chains where another does not. */
export interface ChainTraits {
  /** Outputs that are computed together: one lane each. A divisor of 16. */
  readonly block: number;
  /** Bytes of a packed weight: kernels that compute in float64 keep it as one. */
  readonly weightBytes: 4 | 8;
}

interface Step<L extends Layer = Layer> {
  readonly layer: L;
  readonly input: Tensor;
  readonly output: Tensor;
  /** Address of what forward leaves for backward: argmax of MaxPool2d, mask of Dropout. */
  readonly trace: number;
}

type ConvStep = Step<Extract<Layer, { type: 'Conv2d' }>>;
type LinearStep = Step<Extract<Layer, { type: 'Linear' }>>;

/** Where a weighted layer's weights lie, as stored and packed for its chains. */
interface ChainLayout extends WeightLayout {
  readonly chains: number;
  /** For the input gradient; 0 of a Linear, whose rows are as its input gradient reads them. */
  readonly backwardChains: number;
}

/**
 * Compiles a model for the arithmetic `fused-chain`. Each sum is one chain over all that it adds, zeros too, so that there are no lists to
 * make and nothing to share between chains: every kernel computes a block of outputs in the order of the loops of
 * ../reference/fusedChain.ts. What has no sum is done by the kernels of the other arithmetic.
 */
export function compileFusedChain(options: EngineOptions, threads: number, traits: ChainTraits): Program {
  return new ChainCompiler(options, threads, traits).compile();
}

class ChainCompiler {
  private readonly arena = new Arena();
  private readonly steps: Step[] = [];
  private readonly layouts: ChainLayout[];
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
    private readonly traits: ChainTraits,
  ) {
    this.placeActivations();
    const weighted = this.steps.filter((step): step is Step<WeightedLayer> => isWeighted(step.layer));
    const { layouts, bytes } = layOutWeights(weighted, this.arena);
    this.layouts = layouts.map((layout, i) => this.withChains(layout, weighted[i].layer));
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
      weights: this.layouts,
      operands: this.steps.flatMap(({ layer, input, output }) =>
        isWeighted(layer) ? [{ layer, input, gradient: this.gradientOf(output) }] : [],
      ),
      parameters: this.parameters,
      gradients: this.gradients,
      moments: this.moments,
      scratch: Array.from({ length: this.threads }, () => allocateScratch(this.arena, [])),
      maxBatch,
      bytes: this.arena.bytes,
    };
  }

  private placeActivations(): void {
    const { layers, maxBatch } = this.options;
    const wholeVectors = (channels: number): number => roundUp(channels, 4);
    // The model's input is no layer's output: a stride of whole vectors will do, if no block is ever written there.
    const isRead = layers[0].type === 'Conv2d' && this.options.inputGradient !== true;
    const stride = isRead ? wholeVectors : channelStride;
    let input = allocateTensor(this.arena, maxBatch, layers[0].inputShape, [0, 0], stride);
    for (const layer of layers) {
      const inPlace = layer.type === 'ReLU' || layer.type === 'Dropout' || isNoOp(layer);
      const output = inPlace ? input : allocateTensor(this.arena, maxBatch, layer.outputShape, [0, 0]);
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

  private withChains(layout: WeightLayout, { type }: WeightedLayer): ChainLayout {
    const { outputs, rows, pixels, channels } = layout;
    const taps = rows * pixels * this.traits.weightBytes;
    return {
      ...layout,
      chains: this.arena.allocate(channelStride(outputs) * channels * taps),
      backwardChains: type === 'Linear' ? 0 : this.arena.allocate(channelStride(channels) * outputs * taps),
    };
  }

  private forward(inputBuffer: number, training: boolean): Region[] {
    const importInput: KernelCall = ['importInput', inputBuffer, ...pixelsOf(this.steps[0].input)];
    const regions = this.steps.flatMap((step) =>
      step.layer.type === 'Dropout' && !training ? [] : this.forwardRegions(step),
    );
    return mergePerSample([perSample(importInput), ...regions]);
  }

  private forwardRegions(step: Step): Region[] {
    const { layer, input, output, trace } = step;
    switch (layer.type) {
      case 'Conv2d': {
        const { chains, biasOffset } = this.layoutOf(layer.name);
        const weights = [chains, this.parameters + biasOffset, ...layer.kernelSize, ...layer.padding];
        return [perSample(['convChain', ...pixelsOf(input), ...weights, ...pixelsOf(output)])];
      }
      case 'Linear': {
        const { chains, biasOffset } = this.layoutOf(layer.name);
        const blocks = this.blocksOf(layer.outFeatures);
        const call: KernelCall = [
          'linearChain',
          ...[input.address, input.sampleStride, layer.inFeatures, chains, this.parameters + biasOffset],
          ...[output.address, output.sampleStride, blocks, GROUP],
        ];
        return [{ tasks: { fixed: 0, perSample: 0, perGroup: blocks }, calls: [call] }];
      }
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

  private backward(): Region[] {
    const wanted = (i: number): boolean =>
      this.options.inputGradient === true || (this.firstWeighted >= 0 && this.firstWeighted < i);
    const regions = this.steps.map((step, i) => this.backwardRegions(step, wanted(i))).reverse();
    // The weights' gradients of all Conv2d layers come last, so that a sample's gradients go from layer to layer first.
    return mergePerSample([...regions.flat(), ...this.gradWeightRegions]);
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
            ...[gradInput.origin, gradInput.sampleStride, gradInput.rowStride],
            ...[gradInput.height, gradInput.width],
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

  private convGradients({ layer, input, output }: ConvStep, gradientWanted: boolean): Region[] {
    const { weightOffset, rowStride, pixelStride, backwardChains } = this.layoutOf(layer.name);
    const gradOutput = this.gradientOf(output);
    const kernel = [...layer.kernelSize, ...layer.padding];
    const [kernelHeight, kernelWidth] = layer.kernelSize;
    const tasks = this.blocksOf(layer.outChannels) * layer.inChannels * kernelHeight;
    const sums = this.arena.allocate(4 * tasks * kernelWidth * this.traits.block);
    const weights = fixed(tasks, [
      'convChainGradWeight',
      ...pixelsOf(input),
      ...pixelsOf(gradOutput),
      ...[...kernel, sums, this.gradients + weightOffset, rowStride, pixelStride],
    ]);
    this.gradWeightRegions.push(this.gradBias(layer, gradOutput), weights);
    if (!gradientWanted) return [];
    const gradInput = pixelsOf(this.gradientOf(input));
    return [
      perSample(['convChainGradInput', ...pixelsOf(gradOutput), backwardChains, ...kernel, ...gradInput]),
    ];
  }

  private linearGradients({ layer, input, output }: LinearStep, gradientWanted: boolean): Region[] {
    const { weightOffset, rowStride } = this.layoutOf(layer.name);
    const gradOutput = this.gradientOf(output);
    const call: KernelCall = [
      'linearChainGradients',
      ...[input.address, input.sampleStride, gradOutput.address, output.sampleStride, layer.outFeatures],
      ...[this.parameters + weightOffset, 4 * rowStride, this.gradients + weightOffset],
      gradientWanted ? this.gradientOf(input).address : 0,
    ];
    return [this.gradBias(layer, gradOutput), fixed(this.blocksOf(layer.inFeatures), call)];
  }

  private gradBias(layer: WeightedLayer, gradOutput: Tensor): Region {
    const { outputs, biasOffset } = this.layoutOf(layer.name);
    const { origin, sampleStride, rowStride, pixelStride, height, width } = gradOutput;
    return fixed(Math.ceil(outputs / 4), [
      'chainGradBias',
      ...[origin, sampleStride, rowStride, pixelStride, height, width, this.gradients + biasOffset],
    ]);
  }

  private optimizerRegion(): Region {
    return fixed(Math.ceil(this.parameterBytes / OPTIMIZER_CHUNK), [
      'adamChain',
      ...[OPTIMIZER_CHUNK, 4 * SCALARS_WORD, this.parameters, this.gradients, ...this.moments],
      this.parameterBytes,
    ]);
  }

  private packRegions(): Region[] {
    return this.layouts.flatMap((layout) => {
      const { outputs, rows, rowStride, pixels, channels, pixelStride, chains, backwardChains } = layout;
      const weight = this.parameters + layout.weightOffset;
      const shape = [outputs, rows, rowStride, pixels, channels, pixelStride];
      const regions = [fixed(channels, ['packChains', weight, chains, ...shape])];
      if (backwardChains !== 0) {
        regions.push(fixed(outputs, ['packBackwardChains', weight, backwardChains, ...shape]));
      }
      return regions;
    });
  }

  private blocksOf(outputs: number): number {
    return Math.ceil(outputs / this.traits.block);
  }

  private layoutOf(name: string): ChainLayout {
    const layout = this.layouts.find((candidate) => candidate.name === name);
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
}
