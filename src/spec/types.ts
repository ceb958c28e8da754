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

export type OptimizerSpec = AdamSpec | SgdSpec;
