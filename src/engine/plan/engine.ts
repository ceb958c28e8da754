import { parametersOf, sizeOf } from '../../experiment/model';
import type { Engine, EngineName, EngineOptions, NamedTensor, OptimizerState } from '../engine';
import { MOMENT_NAMES, valuesOf } from '../parameters';
import { SCALARS_WORD } from './memory';
import { readParameters, writeParameters, type WeightLayout } from './parameterStore';
import type { Command, Program } from './plan';
import { optimizerScalars } from './scalars';
import { forEachElement } from './tensor';

/** The threads that run a program's commands. */
export interface Crew {
  readonly threads: number;
  /** Floats of its vectors, where there is a choice. */
  readonly vectorWidth?: number;
  /** That the program's addresses are of. */
  readonly memory: ArrayBuffer;
  /** Runs a command on `n` samples on all threads; returns when all are done. */
  run(command: Command, n: number): void;
  end(): Promise<void>;
}

/** An engine whose model is compiled to a program; what differs from one to another is the kernels that a crew runs. */
export class PlannedEngine implements Engine {
  private readonly floats: Float32Array;
  private readonly bytes: Uint8Array;
  /** Samples of the last forward. */
  private n = 0;
  /** Whether the last forward had masks. */
  private training = false;
  private readonly outputBuffer: Float32Array;
  private stepCount = 0;

  constructor(
    readonly name: EngineName,
    private readonly options: EngineOptions,
    private readonly program: Program,
    private readonly crew: Crew,
  ) {
    this.floats = new Float32Array(crew.memory);
    this.bytes = new Uint8Array(crew.memory);
    const { channels, height, width } = program.output;
    this.outputBuffer = new Float32Array(options.maxBatch * channels * height * width);
  }

  get threads(): number {
    return this.crew.threads;
  }

  get vectorWidth(): number | undefined {
    return this.crew.vectorWidth;
  }

  input(n: number): Float32Array {
    const first = this.program.input / 4;
    return this.floats.subarray(first, first + n * sizeOf(this.options.layers[0].inputShape));
  }

  forward(n: number, masks?: readonly Uint8Array[]): Float32Array {
    this.n = n;
    this.training = masks !== undefined;
    masks?.forEach((mask, i) => this.bytes.set(mask, this.program.masks[i]));
    this.crew.run(this.training ? 'train' : 'evaluate', n);
    forEachElement(this.program.output, n, (index, position) => {
      this.outputBuffer[position] = this.floats[index];
    });
    const { channels, height, width } = this.program.output;
    return this.outputBuffer.subarray(0, n * channels * height * width);
  }

  backward(gradOutput: Float32Array): void {
    forEachElement(this.program.gradOutput, this.n, (index, position) => {
      this.floats[index] = gradOutput[position];
    });
    this.crew.run(this.training ? 'backward' : 'backwardEvaluated', this.n);
  }

  step(lr: number): void {
    this.stepCount++;
    const { optimizer, arithmetic } = this.options;
    this.floats.set(optimizerScalars(optimizer, this.stepCount, lr, arithmetic), SCALARS_WORD);
    this.crew.run('step', 0);
  }

  getParameters(): NamedTensor[] {
    return this.readAll(this.program.parameters);
  }

  setParameters(parameters: readonly NamedTensor[]): void {
    this.writeAll(this.program.parameters, parameters);
    this.crew.run('pack', 0);
  }

  getGradients(): NamedTensor[] {
    return this.readAll(this.program.gradients);
  }

  getInputGradient(): Float32Array {
    const { n } = this;
    const gradient = new Float32Array(n * sizeOf(this.options.layers[0].inputShape));
    forEachElement(this.program.gradInput, n, (index, position) => {
      gradient[position] = this.floats[index];
    });
    return gradient;
  }

  getOptimizerState(): OptimizerState {
    const names = MOMENT_NAMES[this.options.optimizer.type];
    const moments = this.program.moments.map((address) => this.readAll(address));
    const buffers = parametersOf(this.options.layers).flatMap(({ name }, parameter) =>
      names.map((moment, i) => ({ ...moments[i][parameter], name: `${name}.${moment}` })),
    );
    return { stepCount: this.stepCount, buffers };
  }

  setOptimizerState(state: OptimizerState): void {
    this.stepCount = state.stepCount;
    const names = MOMENT_NAMES[this.options.optimizer.type];
    this.program.moments.forEach((address, i) => {
      this.writeAll(address, state.buffers, `.${names[i]}`);
    });
  }

  async close(): Promise<void> {
    await this.crew.end();
  }

  private readAll(base: number): NamedTensor[] {
    const shapes = parametersOf(this.options.layers);
    const values = this.program.weights.flatMap((layout: WeightLayout) => {
      const { weight, bias } = readParameters(this.floats, base, layout);
      return [weight, bias];
    });
    return shapes.map(({ name, shape }, i) => ({ name, shape, data: values[i] }));
  }

  private writeAll(base: number, tensors: readonly NamedTensor[], suffix = ''): void {
    const values = parametersOf(this.options.layers).map(({ name, shape }) =>
      valuesOf(tensors, name + suffix, shape),
    );
    this.program.weights.forEach((layout, i) => {
      writeParameters(this.floats, base, layout, values[2 * i], values[2 * i + 1]);
    });
  }
}
