/** The public API. What is not exported here may change without notice. */

export { AssayError, type ErrorCode, type ErrorFacts } from './errors';

// The experiment, its runs, and logs of such runs by any trainer.
export { loadExperiment, parseExperiment } from './spec/load';
export { layersOf, parametersOf } from './spec/model';
export { printModel } from './spec/print';
export type { Experiment, Layer, ModuleSpec, OptimizerSpec, Shape } from './spec/types';
export { parseRunRecord, serializeRunRecord, type EpochRecord, type RunRecord } from './log/record';
export { renderLog } from './log/render';
export { parseRun } from './log/parse';
export { loadReport, parseReport, type ReportedSection } from './log/report';
export type { ReportedEpoch, ReportedRun } from './log/reported-run';

// Making runs.
export { loadDataSet } from './data/load';
export type { DataSet, ImageSet } from './data/dataset';
export { createEngine } from './engine/create';
export type { Engine, EngineName, EngineOptions, NamedTensor, OptimizerState } from './engine/engine';
export { runExperiment, type RunOptions, type RunOutcome, type RunProgress } from './train';
