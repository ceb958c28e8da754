/** The public API. What is not exported here may change without notice. */

export { AssayError, type ErrorCode, type ErrorFacts } from './base/errors';

// The experiment, its runs, and logs of such runs by any trainer.
export { loadExperiment, parseExperiment } from './experiment/load';
export { layersOf, parametersOf } from './experiment/model';
export { printModel } from './experiment/print';
export type { Experiment, Layer, ModuleSpec, OptimizerSpec, Shape } from './experiment/types';
export { parseRunRecord, serializeRunRecord, type EpochRecord, type RunRecord } from './run/record';
export { renderLog } from './logs/pytorchExample/render';

// Making runs.
export { loadDataSet } from './data/load';
export type { DataSet, ImageSet } from './data/dataset';
export { createEngine } from './engine/create';
export type { Engine, EngineName, EngineOptions, NamedTensor, OptimizerState } from './engine/engine';
export { runExperiment, type RunOptions, type RunOutcome, type RunProgress } from './train';
