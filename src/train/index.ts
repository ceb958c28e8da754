export { runExperiment } from './run';
export type { RunOptions, RunOutcome, RunProgress } from './run';
