import { AssayError } from '../../errors';
import { parametersOf, sizeOf } from '../../spec/model';
import type { Engine, EngineOptions, NamedTensor, OptimizerState } from '../engine';
import { optimizerScalars } from './scalars';
import { MOMENT_NAMES, valuesOf } from '../parameters';
import { Crew } from './crew';
import { SCALARS_WORD } from './memory';
import { compile, type Program } from './plan';
import { readParameters, writeParameters, type WeightLayout } from './parameterStore';
import { forEachElement } from './tensor';

const MAX_THREADS = 64;

/** The fast engine: SIMD kernels in WebAssembly on `threads` threads over shared memory, equal to `reference` on every bit. */
export async function createWasmEngine(options: EngineOptions): Promise<Engine> {
  const threads = options.threads ?? 1;
  if (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS) {
    throw new AssayError('usage', {
      what: 'This number of threads cannot be used',
      expected: `a whole number from 1 to ${MAX_THREADS}`,
      got: String(threads),
    });
  }
  const program = compile(options, threads);
  return new WasmEngine(options, program, await Crew.start(program));
}

/** See `createWasmEngine`. */
export class WasmEngine implements Engine {
  readonly name = 'wasm';
  private readonly floats: Float32Array;
  private readonly bytes: Uint8Array;
  /** Samples of the last forward. */
  private n = 0;
  /** Whether the last forward had masks. */
  private training = false;
  private readonly outputBuffer: Float32Array;
  private stepCount = 0;

  constructor(
    private readonly options: EngineOptions,
    private readonly program: Program,
    private readonly crew: Crew,
  ) {
    this.floats = new Float32Array(program.memory.buffer);
    this.bytes = new Uint8Array(program.memory.buffer);
    const { channels, height, width } = program.output;
    this.outputBuffer = new Float32Array(options.maxBatch * channels * height * width);
  }

  get threads(): number {
    return this.crew.threads;
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
    this.floats.set(optimizerScalars(this.options.optimizer, this.stepCount, lr), SCALARS_WORD);
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
