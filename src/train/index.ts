export { readCheckpoint } from './checkpoint';
export type { Checkpoint, RunIdentity } from './checkpoint';
export type { RunOptions, RunOutcome, RunProgress } from './options';
export { predictionsOf, type Predictions } from './predictions';
export { runExperiment, runInMemory } from './run';
