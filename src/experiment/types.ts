/** The experiment as data. These types are what `spec/schema/experiment.schema.json` admits; see `load.ts`. */

/** Feature maps are [C, H, W], vectors are [F]; the batch dimension N is left out. */
export type Shape = readonly number[];

export interface Conv2dModule {
  readonly name: string;
  readonly type: 'Conv2d';
  readonly inChannels: number;
  readonly outChannels: number;
  /** [kernelHeight, kernelWidth]; the stride is 1. */
  readonly kernelSize: readonly [number, number];
  /** [paddingHeight, paddingWidth], zeros. */
  readonly padding: readonly [number, number];
}

export interface MaxPool2dModule {
  readonly name: string;
  readonly type: 'MaxPool2d';
  /** Side of the square window, which is the stride too. */
  readonly kernelSize: number;
}

export interface LinearModule {
  readonly name: string;
  readonly type: 'Linear';
  readonly inFeatures: number;
  readonly outFeatures: number;
}

export interface DropoutModule {
  readonly name: string;
  readonly type: 'Dropout';
  readonly p: number;
}

export interface ReluModule {
  readonly name: string;
  readonly type: 'ReLU';
}

export type ModuleSpec = Conv2dModule | MaxPool2dModule | LinearModule | DropoutModule | ReluModule;

/** One call of the forward pass: a module (or the parameterless `flatten`) with its shapes derived. */
export type Layer = (ModuleSpec | { readonly name: 'flatten'; readonly type: 'Flatten' }) & {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
};

export interface AdamSpec {
  readonly type: 'Adam';
  readonly betas: readonly [number, number];
  readonly eps: number;
}

export interface SgdSpec {
  readonly type: 'SGD';
  readonly momentum: number;
}

export interface RmspropSpec {
  readonly type: 'RMSprop';
  readonly alpha: number;
  readonly eps: number;
}

export type OptimizerSpec = AdamSpec | SgdSpec | RmspropSpec;

/**
 * By which definition the bits of a training are made (docs/numerics.md): `assay`, this project's own, or `fused-chain`, that of RepDL,
 * one chain of fused multiply-adds per sum.
 */
export type Arithmetic = 'assay' | 'fused-chain';

/** The modules in construction order, as `__init__` makes them, and the order in which `forward` calls them. */
export interface ModelSpec {
  readonly name: string;
  /** Modules with parameters stand in the order in which `forward` calls them, each called once. */
  readonly modules: readonly ModuleSpec[];
  /** Names of modules, and `flatten`. */
  readonly forward: readonly string[];
}

/** One experiment: everything that decides the bits of its runs except seed and learning rate. Deeply frozen. */
export interface Experiment {
  readonly name: string;
  readonly title: string;
  /** The document that reports the experiment's runs, one `## LR = …` section per learning rate. */
  readonly report?: {
    /** Relative to the experiment's file. */
    readonly file: string;
    readonly sha256: string;
  };
  readonly data: {
    /** As the transcript prints it: `Loading Digits dataset...`. */
    readonly name: string;
    /** Over the digests of its files; the schema says how. */
    readonly sha256: string;
    /** [C, H, W]. */
    readonly inputShape: Shape;
    readonly classes: number;
    readonly trainCount: number;
    readonly testCount: number;
    /** Of pixels scaled to 0…1: (pixel / 255 − mean) / std. */
    readonly normalisation: { readonly mean: number; readonly std: number };
    /** The embedded stand-in for machines without the real data set. */
    readonly synthetic: { readonly sha256: string };
  };
  readonly model: ModelSpec;
  /** Compared with what is derived from `model`; a difference is `spec-shape-mismatch`. */
  readonly expected: {
    /** One per call of `model.forward`, in its order. */
    readonly outputShapes: readonly { readonly module: string; readonly shape: Shape }[];
    /** Elements of each tensor, by PyTorch's names, in `state_dict` order. */
    readonly parameterCounts: Readonly<Record<string, number>>;
    readonly parameterCount: number;
  };
  /** Default: `assay`. */
  readonly arithmetic?: Arithmetic;
  readonly loss: 'CrossEntropyLoss';
  readonly optimizer: OptimizerSpec;
  readonly training: {
    readonly batchSize: number;
    readonly epochs: number;
    /** In batches: the loss of every such batch is logged, from batch 0 on. */
    readonly logInterval: number;
    readonly lrs: readonly number[];
    /** Of the reported run, where that is known; trained when no other is given. Default: 1. */
    readonly seed?: number;
    /** How often the modules are constructed before training, each time drawing all weights; the first are kept. Default: once. */
    readonly constructions?: number;
    /**
     * When the experiment goes through its test set, which draws from the generator. A run is evaluated after each epoch all the same;
     * with `after-training` that draws nothing. Default: `each-epoch`.
     */
    readonly evaluations?: 'each-epoch' | 'after-training';
  };
  /** Names of the files that a run writes, as the transcript prints them. */
  readonly artifacts: {
    readonly model: string;
    readonly predictions: string;
    readonly history: string;
  };
  /** How each field is known, by its path (`optimizer.betas`); an entry stands for everything below its path. */
  readonly provenance: Readonly<Record<string, Provenance>>;
  /** SHA-256, in hex, of everything that decides its runs: see `digest.ts`. */
  readonly sha256: string;
}

export interface Provenance {
  /** `reported`: `evidence` is a quote from the report. `inferred`: it says from what. `assumed`: it says why. */
  readonly source: 'reported' | 'inferred' | 'assumed';
  readonly evidence: string;
}
