import type { AssayError } from '../base/errors';
import type { Arithmetic, Layer, OptimizerSpec } from '../experiment/types';

/**
 * An engine holds one model's parameters and computes: forward, backward, optimizer step. It draws no random
 * number, reads no file and knows no data set: weights, inputs, masks and learning rate come from outside.
 * `reference` is the definition of every bit; `native` and `wasm` are equal to it; `tfjs` is close to it.
 *
 * All tensors cross this border as float32 in PyTorch's layouts: activations [N, C, H, W] or [N, F], Conv2d weights
 * [outChannels, inChannels, kernelHeight, kernelWidth], Linear weights [outFeatures, inFeatures].
 */
export interface Engine {
  readonly name: EngineName;
  readonly threads: number;
  /** What it computes with, of an engine that has a choice of it. */
  readonly backend?: Backend;
  /** Floats of a vector, where an engine chooses. */
  readonly vectorWidth?: number;

  /**
   * The input buffer for a batch of `n` ≤ `maxBatch` samples, float32 [n, ...inputShape], to be filled before `forward`.
   * A view into the engine's memory: valid until the engine is closed, its content until the next `forward`.
   */
  input(n: number): Float32Array;

  /**
   * Runs the model on the first `n` samples of the input buffer.
   *
   * @param masks one per Dropout call of the forward pass, uint8 [n, ...shape] in NCHW order, 1 = keep. Given in
   *   training; left out in evaluation, where dropout is the identity.
   * @returns float32 [n, ...outputShape]; a view, valid until the next call.
   */
  forward(n: number, masks?: readonly Uint8Array[]): Float32Array;

  /** Gradients of all parameters, from the gradient of the last `forward`'s output, float32 [n, ...outputShape]. */
  backward(gradOutput: Float32Array): void;

  /** One update of every parameter from the gradients of the last `backward`. */
  step(lr: number): void;

  /** Copies of all parameters, by PyTorch's names (`conv1.weight`), in `state_dict` order. */
  getParameters(): NamedTensor[];
  setParameters(parameters: readonly NamedTensor[]): void;

  /** Copies of the gradients of the last `backward`, in the order of `getParameters`. */
  getGradients(): NamedTensor[];
  /** Copy of the gradient of the last `forward`'s input; only of an engine created with `inputGradient`. */
  getInputGradient(): Float32Array;

  /** The optimizer's memory, to resume from: number of steps done, and one buffer per parameter and moment. */
  getOptimizerState(): OptimizerState;
  setOptimizerState(state: OptimizerState): void;

  close(): Promise<void>;
}

export type EngineName = 'reference' | 'native' | 'wasm' | 'tfjs';

/** Those that agree on every bit; of the others, results are near. */
export const BITWISE_ENGINES: readonly EngineName[] = ['reference', 'wasm', 'native'];

/** tfjs's names of what can compute: libtensorflow (of tfjs-node), and WebAssembly on one thread. */
export type BackendName = 'tensorflow' | 'wasm';

/** What the engine tfjs computes with. */
export interface Backend {
  readonly name: BackendName;
  /** Of the package that it comes from. */
  readonly version: string;
  /** Those that were wanted more, and why each does not run here. */
  readonly missing: readonly { readonly name: BackendName; readonly reason: string }[];
}

export interface EngineOptions {
  readonly layers: readonly Layer[];
  readonly optimizer: OptimizerSpec;
  /** Default: `assay`. Engines that are only near do not differ in it. */
  readonly arithmetic?: Arithmetic;
  /** The largest `n` that `forward` will be called with. */
  readonly maxBatch: number;
  /** Worker threads in all, the calling one included; engines without threads ignore it. */
  readonly threads?: number;
  /** Whether `backward` also computes the gradient of the input (training never needs it). Default false. */
  readonly inputGradient?: boolean;
}

/** Creates an engine. Rejects with {@link AssayError} `engine-unavailable` where this machine cannot run it. */
export type CreateEngine = (options: EngineOptions) => Promise<Engine>;

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface OptimizerState {
  readonly stepCount: number;
  /** Named after parameter and moment: `fc1.weight.exp_avg` and `.exp_avg_sq` of Adam, `.momentum_buffer` of SGD. */
  readonly buffers: readonly NamedTensor[];
}
