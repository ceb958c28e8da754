import * as tf from '@tensorflow/tfjs-core';
import { parametersOf, sizeOf } from '../../experiment/model';
import type { Layer } from '../../experiment/types';
import type { Backend, BackendName, Engine, EngineOptions, NamedTensor, OptimizerState } from '../engine';
import { MOMENT_NAMES, valuesOf } from '../parameters';
import { inRoom, needsOfArrays } from '../room';
import { useBackend } from './backend';
import { backwardLayer, forwardLayer, type Trace, type WeightAndBias } from './layers';
import { inward, outward } from './layout';
import { optimizerStep, type Stepped } from './optimizers';

/**
 * An independent implementation: TensorFlow.js, on libtensorflow where the optional package tfjs-node is installed, otherwise on its
 * WebAssembly backend. Its sums have other orders than the reference's, so its results are near, never promised to be equal.
 *
 * @param backends to use the first of that loads
 * @throws AssayError `engine-unavailable` when none does, or the model does not fit.
 */
export async function createTfjsEngine(
  options: EngineOptions,
  backends: readonly BackendName[] = ['tensorflow', 'wasm'],
): Promise<Engine> {
  const backend = await useBackend(backends);
  return inRoom('tfjs', options, needsOfArrays(options), () => new TfjsEngine(options, backend));
}

/** A parameter with the optimizer's memory of it and its gradient, all in tfjs's layout. */
interface Parameter extends Stepped {
  readonly name: string;
  readonly shape: readonly number[];
  readonly grad: tf.Tensor;
}

class TfjsEngine implements Engine {
  readonly name = 'tfjs';
  /** That this process controls: tfjs-node has threads of its own. */
  readonly threads = 1;
  private readonly inputBuffer: Float32Array;
  private parameters: Parameter[];
  /** One per layer, of the last forward. */
  private traces: Trace[] = [];
  private gradInput: tf.Tensor | undefined;
  private stepCount = 0;

  constructor(
    private readonly options: EngineOptions,
    readonly backend: Backend,
  ) {
    this.inputBuffer = new Float32Array(options.maxBatch * sizeOf(options.layers[0].inputShape));
    this.parameters = parametersOf(options.layers).map(({ name, shape }) => {
      const zeros = (): tf.Tensor => inward('parameter', new Float32Array(sizeOf(shape)), shape);
      return {
        name,
        shape,
        value: zeros(),
        grad: zeros(),
        moments: MOMENT_NAMES[options.optimizer.type].map(zeros),
      };
    });
  }

  input(n: number): Float32Array {
    return this.inputBuffer.subarray(0, n * sizeOf(this.options.layers[0].inputShape));
  }

  forward(n: number, masks?: readonly Uint8Array[]): Float32Array {
    tf.dispose(this.traces);
    this.traces = tf.tidy(() => {
      const traces: Trace[] = [];
      let dropouts = 0;
      let input = inward('activation', this.input(n), [n, ...this.options.layers[0].inputShape]);
      for (const layer of this.options.layers) {
        const scale = layer.type === 'Dropout' ? dropoutScale(layer, n, masks?.[dropouts++]) : undefined;
        const output = forwardLayer(layer, input, this.weightAndBias(layer.name), scale);
        traces.push({ input, output, scale });
        input = output;
      }
      return traces;
    });
    return outward('activation', this.traces[this.traces.length - 1].output);
  }

  backward(gradOutput: Float32Array): void {
    const { layers, inputGradient } = this.options;
    const { gradInput, grads } = tf.tidy(() => {
      const last = layers[layers.length - 1];
      const n = gradOutput.length / sizeOf(last.outputShape);
      const grads: Record<string, tf.Tensor> = {};
      let grad = inward('activation', gradOutput, [n, ...last.outputShape]);
      for (let i = layers.length - 1; i >= 0; i--) {
        const { name } = layers[i];
        const gradients = backwardLayer(layers[i], this.traces[i], this.weightAndBias(name), grad);
        if (gradients.parameters) {
          grads[`${name}.weight`] = gradients.parameters.weight;
          grads[`${name}.bias`] = gradients.parameters.bias;
        }
        if (i > 0 || inputGradient) grad = gradients.input();
      }
      return { gradInput: grad, grads };
    });
    tf.dispose([this.gradInput, this.parameters.map(({ grad }) => grad)]);
    this.gradInput = gradInput;
    this.parameters = this.parameters.map((parameter) => ({ ...parameter, grad: grads[parameter.name] }));
  }

  step(lr: number): void {
    this.stepCount++;
    this.parameters = this.parameters.map((parameter) => {
      const { value, moments, grad } = parameter;
      const stepped = tf.tidy(() =>
        optimizerStep(this.options.optimizer, this.stepCount, lr, parameter, grad),
      );
      tf.dispose([value, moments]);
      return { ...parameter, ...stepped };
    });
  }

  getParameters(): NamedTensor[] {
    return this.parameters.map(({ name, shape, value }) => ({
      name,
      shape,
      data: outward('parameter', value),
    }));
  }

  setParameters(parameters: readonly NamedTensor[]): void {
    this.parameters = this.parameters.map((parameter) => {
      const { name, shape } = parameter;
      tf.dispose(parameter.value);
      return { ...parameter, value: inward('parameter', valuesOf(parameters, name, shape), shape) };
    });
  }

  getGradients(): NamedTensor[] {
    return this.parameters.map(({ name, shape, grad }) => ({
      name,
      shape,
      data: outward('parameter', grad),
    }));
  }

  getInputGradient(): Float32Array {
    if (this.gradInput === undefined) throw new RangeError('no backward has run');
    return outward('activation', this.gradInput);
  }

  getOptimizerState(): OptimizerState {
    const names = MOMENT_NAMES[this.options.optimizer.type];
    return {
      stepCount: this.stepCount,
      buffers: this.parameters.flatMap(({ name, shape, moments }) =>
        moments.map((moment, i) => ({
          name: `${name}.${names[i]}`,
          shape,
          data: outward('parameter', moment),
        })),
      ),
    };
  }

  setOptimizerState({ stepCount, buffers }: OptimizerState): void {
    const names = MOMENT_NAMES[this.options.optimizer.type];
    this.stepCount = stepCount;
    this.parameters = this.parameters.map((parameter) => {
      const { name, shape } = parameter;
      tf.dispose(parameter.moments);
      const moments = names.map((moment) =>
        inward('parameter', valuesOf(buffers, `${name}.${moment}`, shape), shape),
      );
      return { ...parameter, moments };
    });
  }

  async close(): Promise<void> {
    const { gradInput, traces, parameters } = this;
    tf.dispose([gradInput, traces, parameters.map(({ value, grad, moments }) => [value, grad, moments])]);
  }

  private weightAndBias(module: string): WeightAndBias | undefined {
    const index = this.parameters.findIndex(({ name }) => name === `${module}.weight`);
    if (index < 0) return undefined;
    return { weight: this.parameters[index].value, bias: this.parameters[index + 1].value };
  }
}

function dropoutScale(
  { p, inputShape }: Extract<Layer, { type: 'Dropout' }>,
  n: number,
  mask: Uint8Array | undefined,
): tf.Tensor | undefined {
  if (mask === undefined) return undefined;
  return tf.mul(inward('activation', Float32Array.from(mask), [n, ...inputShape]), 1 / (1 - p));
}
