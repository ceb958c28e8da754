export { readCheckpoint } from './checkpoint';
export type { Checkpoint, RunIdentity } from './checkpoint';
export { evaluateWeights, type EvaluateOptions } from './evaluateWeights';
export type { RunOptions, RunOutcome, RunProgress } from './options';
export { predictionsOf, type Predictions } from './predictions';
export { runExperiment } from './run';
export { runInMemory } from './training';
export { readWeights, type Weights } from './weights';
