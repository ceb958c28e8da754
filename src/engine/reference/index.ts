import { parametersOf, sizeOf } from '../../experiment/model';
import type { Arithmetic, Layer } from '../../experiment/types';
import type { Engine, EngineOptions, NamedTensor, OptimizerState } from '../engine';
import { adamScalars, rmspropScalars } from '../optimizer';
import { MOMENT_NAMES, valuesOf } from '../parameters';
import { inRoom, needsOfArrays } from '../room';
import * as fusedChain from './fusedChain';
import * as assay from './numerics';

/** The loops of each arithmetic, with the same arguments. */
type Numerics = typeof fusedChain;
const NUMERICS: Readonly<Record<Arithmetic, Numerics>> = { assay, 'fused-chain': fusedChain };

/** A parameter with its gradient and the optimizer's buffers for it, all of the same shape. */
interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly value: Float32Array;
  readonly grad: Float32Array;
  readonly moments: readonly { readonly name: string; readonly data: Float32Array }[];
}

/** What a layer's forward leaves for its backward. */
interface Trace {
  readonly layer: Layer;
  readonly input: Float32Array;
  readonly output: Float32Array;
  readonly argmax?: Int32Array;
  readonly mask?: Uint8Array;
}

/**
 * The definition: `numerics.ts` or `fusedChain.ts` applied layer by layer, on one thread, with no regard to speed.
 * It is unavailable only where the model does not fit.
 */
export async function createReferenceEngine(options: EngineOptions): Promise<Engine> {
  return inRoom('reference', options, needsOfArrays(options), () => new ReferenceEngine(options));
}

class ReferenceEngine implements Engine {
  readonly name = 'reference';
  readonly threads = 1;
  private readonly parameters: Parameter[];
  private readonly inputBuffer: Float32Array;
  private traces: Trace[] = [];
  private inputGradient: Float32Array = new Float32Array(0);
  private stepCount = 0;
  private readonly arithmetic: Arithmetic;
  private readonly numerics: Numerics;

  constructor(private readonly options: EngineOptions) {
    this.arithmetic = options.arithmetic ?? 'assay';
    this.numerics = NUMERICS[this.arithmetic];
    this.inputBuffer = new Float32Array(options.maxBatch * sizeOf(options.layers[0].inputShape));
    this.parameters = parametersOf(options.layers).map(({ name, shape }) => ({
      name,
      shape,
      value: new Float32Array(sizeOf(shape)),
      grad: new Float32Array(sizeOf(shape)),
      moments: MOMENT_NAMES[options.optimizer.type].map((moment) => ({
        name: `${name}.${moment}`,
        data: new Float32Array(sizeOf(shape)),
      })),
    }));
  }

  input(n: number): Float32Array {
    return this.inputBuffer.subarray(0, n * sizeOf(this.options.layers[0].inputShape));
  }

  forward(n: number, masks?: readonly Uint8Array[]): Float32Array {
    this.traces = [];
    let activation: Float32Array = this.input(n).slice();
    let dropouts = 0;
    for (const layer of this.options.layers) {
      const mask = layer.type === 'Dropout' ? masks?.[dropouts++] : undefined;
      const trace = this.forwardLayer(layer, n, activation, mask);
      this.traces.push(trace);
      activation = trace.output;
    }
    return activation;
  }

  private forwardLayer(layer: Layer, n: number, input: Float32Array, mask?: Uint8Array): Trace {
    const output = new Float32Array(n * sizeOf(layer.outputShape));
    switch (layer.type) {
      case 'Conv2d': {
        const [weight, bias] = this.weightAndBias(layer.name);
        this.numerics.conv2d(conv2dShape(layer, n), input, weight.value, bias.value, output);
        return { layer, input, output };
      }
      case 'MaxPool2d': {
        const argmax = new Int32Array(output.length);
        this.numerics.maxPool2d(maxPool2dShape(layer, n), input, output, argmax);
        return { layer, input, output, argmax };
      }
      case 'Linear': {
        const [weight, bias] = this.weightAndBias(layer.name);
        this.numerics.linear(n, layer.inFeatures, layer.outFeatures, input, weight.value, bias.value, output);
        return { layer, input, output };
      }
      case 'ReLU':
        this.numerics.relu(input, output);
        return { layer, input, output };
      case 'Dropout':
        if (mask === undefined) return { layer, input, output: input };
        this.numerics.dropout(layer.p, mask, input, output);
        return { layer, input, output, mask };
      case 'Flatten':
        return { layer, input, output: input };
    }
  }

  backward(gradOutput: Float32Array): void {
    const n = gradOutput.length / sizeOf(this.options.layers[this.options.layers.length - 1].outputShape);
    let grad: Float32Array = gradOutput.slice();
    for (let i = this.traces.length - 1; i >= 0; i--) {
      grad = this.backwardLayer(this.traces[i], n, grad, i > 0 || this.options.inputGradient === true);
    }
    this.inputGradient = grad;
  }

  /** Leaves the gradients of the layer's parameters, and returns that of its input where it is wanted. */
  private backwardLayer(trace: Trace, n: number, gradOutput: Float32Array, wanted: boolean): Float32Array {
    const { layer, input, output } = trace;
    const gradInput = new Float32Array(wanted ? input.length : 0);
    switch (layer.type) {
      case 'Conv2d': {
        const [weight, bias] = this.weightAndBias(layer.name);
        const shape = conv2dShape(layer, n);
        this.numerics.conv2dGradWeight(shape, input, gradOutput, weight.grad, bias.grad);
        if (wanted) this.numerics.conv2dGradInput(shape, weight.value, gradOutput, gradInput);
        return gradInput;
      }
      case 'MaxPool2d':
        if (trace.argmax !== undefined && wanted)
          this.numerics.maxPool2dGradInput(trace.argmax, gradOutput, gradInput);
        return gradInput;
      case 'Linear': {
        const [weight, bias] = this.weightAndBias(layer.name);
        const { inFeatures, outFeatures } = layer;
        this.numerics.linearGradWeight(n, inFeatures, outFeatures, input, gradOutput, weight.grad, bias.grad);
        if (wanted)
          this.numerics.linearGradInput(n, inFeatures, outFeatures, weight.value, gradOutput, gradInput);
        return gradInput;
      }
      case 'ReLU':
        if (wanted) this.numerics.reluGradInput(output, gradOutput, gradInput);
        return gradInput;
      case 'Dropout':
        if (trace.mask === undefined) return gradOutput;
        if (wanted) this.numerics.dropout(layer.p, trace.mask, gradOutput, gradInput);
        return gradInput;
      case 'Flatten':
        return gradOutput;
    }
  }

  step(lr: number): void {
    const { optimizer } = this.options;
    this.stepCount++;
    for (const { value, grad, moments } of this.parameters) {
      switch (optimizer.type) {
        case 'Adam': {
          const scalars = adamScalars(optimizer, this.stepCount, lr, this.arithmetic);
          this.numerics.adam(scalars, grad, value, moments[0].data, moments[1].data);
          break;
        }
        case 'SGD':
          assay.sgd(optimizer.momentum, lr, grad, value, moments[0].data);
          break;
        case 'RMSprop':
          assay.rmsprop(rmspropScalars(optimizer, lr), grad, value, moments[0].data);
      }
    }
  }

  getParameters(): NamedTensor[] {
    return this.parameters.map(({ name, shape, value }) => ({ name, shape, data: value.slice() }));
  }

  setParameters(parameters: readonly NamedTensor[]): void {
    for (const { name, shape, value } of this.parameters) value.set(valuesOf(parameters, name, shape));
  }

  getGradients(): NamedTensor[] {
    return this.parameters.map(({ name, shape, grad }) => ({ name, shape, data: grad.slice() }));
  }

  getInputGradient(): Float32Array {
    return this.inputGradient.slice();
  }

  getOptimizerState(): OptimizerState {
    return {
      stepCount: this.stepCount,
      buffers: this.parameters.flatMap(({ shape, moments }) =>
        moments.map(({ name, data }) => ({ name, shape, data: data.slice() })),
      ),
    };
  }

  setOptimizerState(state: OptimizerState): void {
    this.stepCount = state.stepCount;
    for (const { shape, moments } of this.parameters) {
      for (const { name, data } of moments) data.set(valuesOf(state.buffers, name, shape));
    }
  }

  async close(): Promise<void> {
    return Promise.resolve();
  }

  private weightAndBias(module: string): [weight: Parameter, bias: Parameter] {
    const index = this.parameters.findIndex(({ name }) => name === `${module}.weight`);
    return [this.parameters[index], this.parameters[index + 1]];
  }
}

function conv2dShape(layer: Extract<Layer, { type: 'Conv2d' }>, n: number): assay.Conv2dShape {
  const [, height, width] = layer.inputShape;
  const [, outHeight, outWidth] = layer.outputShape;
  return {
    n,
    inChannels: layer.inChannels,
    height,
    width,
    outChannels: layer.outChannels,
    kernelHeight: layer.kernelSize[0],
    kernelWidth: layer.kernelSize[1],
    paddingHeight: layer.padding[0],
    paddingWidth: layer.padding[1],
    outHeight,
    outWidth,
  };
}

function maxPool2dShape(layer: Extract<Layer, { type: 'MaxPool2d' }>, n: number): assay.MaxPool2dShape {
  const [channels, height, width] = layer.inputShape;
  const [, outHeight, outWidth] = layer.outputShape;
  return { planes: n * channels, height, width, kernelSize: layer.kernelSize, outHeight, outWidth };
}
