import type { DataSet } from '../data/dataset';
import { BITWISE_ENGINES, type Backend, type Engine, type EngineName } from '../engine/engine';
import type { EpochRecord, RunRecord } from '../run/record';
import { DEFAULT_RNG, type Rng } from '../experiment/rng';
import type { Experiment } from '../experiment/types';
import type { RunIdentity } from './checkpoint';
import type { Predictions } from './predictions';
import type { Weights } from './weights';

export interface RunOptions {
  readonly experiment: Experiment;
  readonly dataSet: DataSet;
  readonly lr: number;
  /** 0 … 2^53 − 1; PyTorch's generator uses the low 32 bits. */
  readonly seed: number;
  /** Default: that of PyTorch's builds without MKL. */
  readonly rng?: Rng;
  /** Default: the experiment's. A resumed run may have more than it was started with. */
  readonly epochs?: number;
  readonly engine: EngineName;
  /**
   * Where training starts from, rather than from the weights that the seed draws. Those are drawn all the same, as PyTorch draws them when it
   * makes the model whose `load_state_dict` then replaces them: the draws after them stay what they are.
   */
  readonly init?: Weights;
  /** Worker threads of the engine; the default is the engine's. */
  readonly threads?: number;
  /** Stop after this many steps in all, with a record but without evaluating the epoch that was cut short. */
  readonly untilStep?: number;
  /** The run folder: created when absent. */
  readonly outDir: string;
  /** Continue from the checkpoint in `outDir` rather than from the initial weights. */
  readonly resume?: boolean;
  /** Stops the run after the current step. */
  readonly signal?: AbortSignal;
  /** Each line of the transcript, without its line feed, in order. A resumed run repeats the earlier lines. */
  onLine?(line: string): void;
  onProgress?(progress: RunProgress): void;
  /** Asked after each of its reports of progress: the run goes on when this has come. */
  goOn?(): Promise<void>;
  /** May change the weights after each step: see neighbours.ts. */
  afterStep?(engine: Pick<Engine, 'getParameters' | 'setParameters'>): void;
  /** Told the digest of the weights that training starts from. */
  onStart?(initialWeightsSha256: string): void;
  /** Told of each epoch, once it is evaluated. */
  onEpoch?(epoch: EpochRecord): void;
  /** Told, before the first step, what an engine that has a choice computes with. */
  onBackend?(backend: Backend): void;
}

/** Where the run is: after each training step, and after each chunk of an evaluation. */
export interface RunProgress {
  readonly phase: 'train' | 'evaluate';
  /** 1-based. */
  readonly epoch: number;
  readonly epochs: number;
  /** Samples seen in this phase of this epoch. */
  readonly done: number;
  readonly total: number;
  /** Mean loss of the last training step. */
  readonly loss: number;
}

export type RunOutcome =
  | {
      readonly status: 'finished';
      readonly record: RunRecord;
      /** Of the test set, after the last epoch; absent when `untilStep` stopped the run before. */
      readonly predictions?: Predictions;
    }
  | {
      readonly status: 'interrupted';
      /** All that was done is saved in the checkpoint, and `resume` goes on from there. */
      readonly checkpointPath: string;
      /** Epochs that were trained and evaluated. */
      readonly epochsDone: number;
      /** Training steps done in all, those within an epoch included. */
      readonly stepsDone: number;
      readonly stepsPerEpoch: number;
    };

/** What decides a run's bits, and what it was asked for. */
export function identityOf(options: Omit<RunOptions, 'outDir'>): RunIdentity {
  const { experiment, dataSet, lr, seed, rng, engine, init, epochs } = options;
  return {
    spec: { name: experiment.name, sha256: experiment.sha256 },
    data: { name: dataSet.name, sha256: dataSet.sha256 },
    lr,
    seed,
    rng: rng ?? DEFAULT_RNG,
    tier: BITWISE_ENGINES.includes(engine) ? 'bitwise' : 'within tolerance',
    engine,
    init: init && { name: init.name, sha256: init.sha256 },
    epochs: epochs ?? experiment.training.epochs,
  };
}
