import type { DataSet } from '../data/dataset';
import { sha256OfFloats } from '../base/f32';
import type { CreateEngine, Engine, EngineOptions, NamedTensor } from '../engine/engine';
import type { Experiment } from '../experiment/types';
import { layersOf } from '../experiment/model';
import { initialParameters } from '../pytorch/random/init';
import { Mt19937 } from '../pytorch/random/mt19937';
import type { Trace, TracedTensor } from '../run/trace';
import { Batches } from './batches';
import { firstDifference, type Difference } from './divergence';
import { stepsOf } from './epoch';
import { tensorsOfStep, type StepState } from './stepTensors';

/** Where a training leaves the one that a trace was recorded from. */
export interface Parting {
  /** The first step after which the weights differ, from 1; 0 where the initial ones do. */
  readonly step: number;
  /** Of the step, in the order in which it makes them: missing where the trace has no tensors of it. */
  readonly tensors?: {
    /** Equal ones before the first that differs. */
    readonly equal: number;
    /** Missing where all that the trace has are equal. */
    readonly first?: { readonly name: string; readonly shape: readonly number[] };
    /** Of that tensor; missing where the trace has no values of the step. `a` is the trace's, `b` ours. */
    readonly element?: Difference;
  };
}

export interface PartingOptions {
  readonly trace: Trace;
  readonly experiment: Experiment;
  readonly dataSet: DataSet;
  readonly lr: number;
  readonly seed: number;
  readonly create: CreateEngine;
  readonly threads?: number;
  /** The recorded tensors of a step, where there are some. */
  readonly valuesOf: (step: number) => Promise<readonly NamedTensor[] | undefined>;
}

/**
 * Trains beside a trace, up to where the weights differ, and names the first tensor of that step that does, and its first element.
 *
 * @returns undefined when the weights are the same after each step that the trace has
 * @throws AssayError `engine-unavailable`
 */
export async function findParting(options: PartingOptions): Promise<Parting | undefined> {
  const { trace, experiment, dataSet, lr, seed, create, threads } = options;
  const { data, optimizer, arithmetic, training, model } = experiment;
  const layers = layersOf(model, data.inputShape);
  const engineOptions: EngineOptions = {
    ...{ layers, optimizer, arithmetic, maxBatch: training.batchSize },
    ...(threads !== undefined && { threads }),
  };
  const engine = await create(engineOptions);
  try {
    const generator = new Mt19937(seed);
    engine.setParameters(initialParameters(layers, generator, training.constructions));
    if (weightsSha256(engine) !== trace.initialWeightsSha256) return { step: 0 };
    const recorder = new Recorder(engine);
    const batches = new Batches(dataSet.train, data.normalisation);
    const steps = stepsOf(recorder, experiment, layers, batches, lr, generator);
    for (const [index, recorded] of trace.steps.entries()) {
      recorder.begin();
      steps.next();
      if (weightsSha256(engine) === recorded.weightsSha256) continue;
      const step = index + 1;
      const traced = trace.tensors[step];
      if (traced === undefined) return { step };
      const made = tensorsOfStep(create, engineOptions, recorder.state(), engine);
      return { step, tensors: await firstOf(made, traced, await options.valuesOf(step)) };
    }
    return undefined;
  } finally {
    await engine.close();
  }
}

async function firstOf(
  made: AsyncIterable<NamedTensor>,
  traced: Readonly<Record<string, TracedTensor>>,
  values: readonly NamedTensor[] | undefined,
): Promise<Parting['tensors']> {
  let equal = 0;
  for await (const tensor of made) {
    const { name, shape } = tensor;
    const recorded = traced[name];
    if (recorded === undefined) continue; // a Flatten's, which others do not record
    if (sha256OfFloats([tensor.data]) === recorded.sha256) {
      equal++;
      continue;
    }
    const theirs = values?.find((value) => value.name === name);
    const element = theirs && firstDifference([theirs, tensor]);
    return { equal, first: { name, shape }, ...(element && { element }) };
  }
  return { equal };
}

function weightsSha256(engine: Engine): string {
  return sha256OfFloats(engine.getParameters().map(({ data }) => data));
}

/** An engine of which is kept what a step starts from. */
class Recorder {
  private parameters: readonly NamedTensor[] = [];
  private n = 0;
  private buffer: Float32Array = new Float32Array();
  private filled: Float32Array = new Float32Array();
  private masks: readonly Uint8Array[] = [];
  private gradOutput: Float32Array = new Float32Array();

  constructor(private readonly engine: Engine) {}

  begin(): void {
    this.parameters = this.engine.getParameters();
  }

  input(n: number): Float32Array {
    this.buffer = this.engine.input(n);
    return this.buffer;
  }

  forward(n: number, masks: readonly Uint8Array[] = []): Float32Array {
    this.n = n;
    this.filled = this.buffer.slice();
    this.masks = masks;
    return this.engine.forward(n, masks);
  }

  backward(gradOutput: Float32Array): void {
    this.gradOutput = gradOutput.slice();
    this.engine.backward(gradOutput);
  }

  step(lr: number): void {
    this.engine.step(lr);
  }

  state(): StepState {
    const { n, filled, masks, gradOutput, parameters } = this;
    return { n, input: filled, masks, gradOutput, parameters };
  }
}
