import { createEngine } from '../engine/create';
import type { Engine, NamedTensor } from '../engine/engine';
import { sha256OfFloats } from '../base/f32';
import { nextTurn } from '../base/turn';
import type { EpochRecord, RunRecord } from '../run/record';
import { Transcript } from '../logs/pytorchExample/transcript';
import { initialParameters } from '../pytorch/random/init';
import { Mt19937 } from '../pytorch/random/mt19937';
import { layersOf } from '../experiment/model';
import type { Layer } from '../experiment/types';
import { Batches } from './batches';
import { checkDataSet } from './checks';
import type { Checkpoint, RunIdentity } from './checkpoint';
import { currentEnvironment } from './environment';
import { epochStart, trainEpoch } from './epoch';
import { evaluate, type TestResult } from './evaluate';
import { identityOf, type RunOptions, type RunProgress } from './options';
import { predictionsOf, type Predictions } from './predictions';

/**
 * Trains and evaluates an experiment for its record alone: nothing is written. A stop is thrown as the signal's reason.
 *
 * @throws AssayError `engine-unavailable`; `spec-shape-mismatch` when the data set is not what the experiment takes.
 */
export async function runInMemory(options: Omit<RunOptions, 'outDir' | 'resume'>): Promise<RunRecord> {
  checkDataSet(options.experiment, options.dataSet);
  return withTraining(options, undefined, async (training) => {
    for await (const _ of training.epochsToCome());
    return training.record();
  });
}

/** Makes the engine and the run, from its start or from a checkpoint, and ends the engine when `use` is done. */
export async function withTraining<T>(
  options: Omit<RunOptions, 'outDir'>,
  saved: Checkpoint | undefined,
  use: (training: Training) => Promise<T>,
): Promise<T> {
  const { experiment } = options;
  const layers = layersOf(experiment.model, experiment.data.inputShape);
  const engine = await createEngine(options.engine, {
    layers,
    optimizer: experiment.optimizer,
    arithmetic: experiment.arithmetic,
    maxBatch: experiment.training.batchSize,
    threads: options.threads,
  });
  try {
    if (engine.backend) options.onBackend?.(engine.backend);
    const identity = identityOf(options);
    const run = saved === undefined ? identity : { ...identity, init: saved.run.init };
    return await use(new Training(options, run, layers, engine, saved));
  } finally {
    await engine.close();
  }
}

export function stepsPerEpochOf({ dataSet, experiment }: Pick<RunOptions, 'dataSet' | 'experiment'>): number {
  return Math.ceil(dataSet.train.count / experiment.training.batchSize);
}

/** One run, from its start or from a checkpoint, to its end or to where it is stopped. It writes nothing. */
export class Training {
  private readonly transcript: Transcript;
  /** Of the transcript, so far. */
  readonly lines: string[] = [];
  readonly stepsPerEpoch: number;
  private generator: Mt19937;
  private readonly initialWeightsSha256: string;
  readonly losses: number[];
  readonly epochs: EpochRecord[];
  /** Of the epoch that has been begun and not been evaluated. */
  private samplerSeed: bigint | undefined;
  private logitsSha256: string | undefined;
  /** Of the test set after the last epoch that was evaluated here, float32 [testCount, classes]. */
  private logits: Float32Array | undefined;
  private readonly startedAt: string;
  private readonly earlierMs: number;
  private readonly startMs = performance.now();

  constructor(
    private readonly options: Omit<RunOptions, 'outDir'>,
    private readonly identity: RunIdentity,
    private readonly layers: readonly Layer[],
    private readonly engine: Engine,
    saved: Checkpoint | undefined,
  ) {
    const { experiment, dataSet, seed } = options;
    this.transcript = new Transcript(experiment, { name: dataSet.name, trainCount: dataSet.train.count });
    this.stepsPerEpoch = stepsPerEpochOf(options);
    this.generator = saved ? Mt19937.fromState(saved.generator) : new Mt19937(seed);
    engine.setParameters(saved?.parameters ?? this.initialWeights());
    if (saved) engine.setOptimizerState(saved.optimizer);
    this.initialWeightsSha256 = saved?.initialWeightsSha256 ?? this.weightsSha256();
    this.losses = [...(saved?.losses ?? [])];
    this.epochs = [...(saved?.epochs ?? [])];
    this.samplerSeed = saved?.samplerSeed;
    this.logitsSha256 = saved?.logitsSha256;
    this.startedAt = saved?.startedAt ?? new Date().toISOString();
    this.earlierMs = saved?.elapsedMs ?? 0;
    options.onStart?.(this.initialWeightsSha256);
  }

  private initialWeights(): readonly NamedTensor[] {
    const { constructions } = this.options.experiment.training;
    const drawn = initialParameters(this.layers, this.generator, constructions);
    return this.options.init?.parameters ?? drawn;
  }

  /** Trains and evaluates; yields after each whole epoch, and where `untilStep` ends one before. */
  async *epochsToCome(): AsyncGenerator<void, void> {
    while (!this.isDone()) {
      await this.train();
      if (this.isTrained()) await this.evaluate();
      yield;
    }
  }

  /** All epochs are done, rather than what `untilStep` left of them. */
  isWhole(): boolean {
    return this.epochs.length === this.identity.epochs;
  }

  private isDone(): boolean {
    const { untilStep = Infinity } = this.options;
    if (this.epochs.length >= this.identity.epochs) return true;
    return this.losses.length >= untilStep && !this.isTrained();
  }

  /** Of the epoch that has not been evaluated. */
  private stepsOfEpoch(): number {
    return this.losses.length - this.epochs.length * this.stepsPerEpoch;
  }

  /** The epoch has all its steps, and is to be evaluated. */
  private isTrained(): boolean {
    return this.stepsOfEpoch() === this.stepsPerEpoch;
  }

  /** What is left of an epoch, or what `untilStep` leaves of that. */
  private async train(): Promise<void> {
    const { layers, engine, generator, identity, options } = this;
    const { experiment, dataSet, lr } = options;
    const { batchSize } = experiment.training;
    const batches = new Batches(dataSet.train, experiment.data.normalisation);
    const epoch = this.epochs.length + 1;
    let batch = this.stepsOfEpoch();
    this.samplerSeed ??= epochStart(generator).samplerSeed;
    const from = { samplerSeed: this.samplerSeed, step: batch };
    const draws = [generator, identity.rng, from] as const;
    for (const loss of trainEpoch(engine, layers, batches, batchSize, lr, ...draws, experiment.arithmetic)) {
      options.afterStep?.(engine);
      this.losses.push(loss);
      this.emit(this.transcript.step(epoch, batch, loss));
      batch++;
      await this.progress('train', Math.min(batch * batchSize, batches.count), batches.count);
      if (this.losses.length === options.untilStep) return;
    }
  }

  private async evaluate(): Promise<void> {
    const isPartOfIt = this.options.experiment.training.evaluations !== 'after-training';
    const generator = isPartOfIt ? Mt19937.fromState(this.generator.getState()) : new Mt19937(0);
    const evaluation = this.evaluation(generator);
    let chunk = evaluation.next();
    for (; !chunk.done; chunk = evaluation.next())
      await this.progress('evaluate', chunk.value, this.options.dataSet.test.count);
    // Only now: where an evaluation is stopped, it is made again, with the same draw.
    if (isPartOfIt) this.generator = generator;
    this.samplerSeed = undefined;
    const { logitsSha256, logits, ...result } = chunk.value;
    const epoch = { epoch: this.epochs.length + 1, ...result, weightsSha256: this.weightsSha256() };
    this.epochs.push(epoch);
    this.logitsSha256 = logitsSha256;
    this.logits = logits;
    this.emit(this.transcript.evaluated(result));
    this.options.onEpoch?.(epoch);
  }

  private evaluation(generator: Mt19937): Generator<number, TestResult> {
    const { data, training, arithmetic } = this.options.experiment;
    const batches = new Batches(this.options.dataSet.test, data.normalisation);
    return evaluate(this.engine, batches, data.classes, training.batchSize, generator, arithmetic);
  }

  predictions(): Predictions {
    const { dataSet, experiment } = this.options;
    return predictionsOf(this.logits ?? this.logitsAgain(), dataSet.test.count, experiment.data.classes);
  }

  /** Of a run that was resumed with nothing left to do; its weights are those of the last epoch. */
  private logitsAgain(): Float32Array {
    const evaluation = this.evaluation(new Mt19937(0)); // the last draw of the run has been made
    let chunk = evaluation.next();
    while (!chunk.done) chunk = evaluation.next();
    return chunk.value.logits;
  }

  /** Reports, lets signals and timers have their turn, and leaves by throwing the signal's reason when the run is to stop. */
  private async progress(phase: RunProgress['phase'], done: number, total: number): Promise<void> {
    const epoch = this.epochs.length + 1;
    const loss = this.losses[this.losses.length - 1];
    this.options.onProgress?.({ phase, epoch, epochs: this.identity.epochs, done, total, loss });
    await nextTurn();
    await this.options.goOn?.();
    this.options.signal?.throwIfAborted();
  }

  private emit(lines: readonly string[]): void {
    this.lines.push(...lines);
    for (const line of lines) this.options.onLine?.(line);
  }

  /** The header, and of a resumed run what it has printed already. */
  emitLinesSoFar(): void {
    this.emit(this.transcript.header());
    for (const [step, loss] of this.losses.entries()) {
      const epoch = Math.floor(step / this.stepsPerEpoch);
      const batch = step % this.stepsPerEpoch;
      this.emit(this.transcript.step(epoch + 1, batch, loss));
      const isLast = batch === this.stepsPerEpoch - 1;
      if (isLast && epoch < this.epochs.length) this.emit(this.transcript.evaluated(this.epochs[epoch]));
    }
  }

  private weightsSha256(): string {
    return sha256OfFloats(this.engine.getParameters().map(({ data }) => data));
  }

  private elapsedMs(): number {
    return Math.round(this.earlierMs + performance.now() - this.startMs);
  }

  /** Everything that going on depends on. */
  checkpoint(): Checkpoint {
    return {
      run: this.identity,
      parameters: this.engine.getParameters(),
      optimizer: this.engine.getOptimizerState(),
      generator: this.generator.getState(),
      initialWeightsSha256: this.initialWeightsSha256,
      losses: this.losses,
      epochs: this.epochs,
      samplerSeed: this.samplerSeed,
      logitsSha256: this.logitsSha256,
      startedAt: this.startedAt,
      elapsedMs: this.elapsedMs(),
    };
  }

  /** The lines that end the transcript of all epochs. */
  emitFooter(): void {
    this.emit(this.transcript.footer(this.epochs[this.epochs.length - 1]));
  }

  parameters(): NamedTensor[] {
    return this.engine.getParameters();
  }

  /** Of the run so far. */
  record(): RunRecord {
    const { experiment, dataSet, untilStep } = this.options;
    const { data, epochs, ...identity } = this.identity;
    const { backend, vectorWidth } = this.engine;
    return {
      ...identity,
      data: { ...data, trainCount: dataSet.train.count, testCount: dataSet.test.count },
      optimizer: experiment.optimizer,
      ...(experiment.arithmetic === 'fused-chain' && { arithmetic: experiment.arithmetic }),
      plan: { epochs, untilStep },
      initialWeightsSha256: this.initialWeightsSha256,
      losses: this.losses,
      epochs: this.epochs,
      finalWeightsSha256: this.weightsSha256(),
      logitsSha256: this.logitsSha256,
      environment: {
        ...currentEnvironment(),
        threads: this.engine.threads,
        ...(vectorWidth !== undefined && { vectorWidth }),
        ...(backend && { backend: { name: backend.name, version: backend.version } }),
        startedAt: this.startedAt,
        elapsedMs: this.elapsedMs(),
      },
    };
  }
}
