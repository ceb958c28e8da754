/**
 * `assay/judge`: reads runs of any trainer, and judges them. It loads no engine, no queue and no renderer.
 *
 *     const study = await findStudy('my-study');
 *     const runs = readSource(await openSource('train.log'), readSettings(study)).map((run) => ofStudy(run, study));
 *     const judgements = checkLogs(runs.map((run) => ({ run })), { study, bands: await readStoredBands(study) });
 */

export { AssayError, type ErrorCode, type ErrorFacts } from '../base/errors';

// What is known about a training experiment.
export { findStudy } from '../study/find';
export { loadStudy } from '../study/load';
export type { Chance, Condition, LogSettings, Metric, Study } from '../study/types';
export { loadExperiment } from '../experiment/load';
export type { Experiment } from '../experiment/types';

// Runs, from logs of any format, and from records of ours.
export {
  formatOf,
  FORMATS,
  ofStudy,
  readSettings,
  readSource,
  type LogFormat,
  type LogSource,
  type ReadSettings,
} from '../logs';
export { openSource } from '../logs/source';
export type { Conditions, Fault, Finding, Point, Run, Stated } from '../run/run';
export { parseRunRecord, serializeRunRecord, type EpochRecord, type RunRecord } from '../run/record';
export { runOfRecord } from '../run/recordedRun';

// Judging.
export {
  CHECKS,
  checkLog,
  checkLogs,
  type Check,
  type CheckName,
  type CheckOptions,
  type GivenRun,
  type LogJudgement,
} from '../judge/check';
export {
  makeBand,
  makeBands,
  makeBandsAtHand,
  parseBands,
  serializeBands,
  type Band,
  type Bands,
  type Cell,
  type EnsembleRun,
} from '../judge/bands';
export { judgeJointly, type DeviatingFeature, type JointJudgement, type JointRun } from '../judge/jointly';
export { judgeSequentially, type SequentialJudgement } from '../judge/sequentially';
export { guessOf, placeInBand, type PlacedCell, type Placement } from '../judge/placement';
export { readStoredBands } from '../judge/stored/bands';
export { compareRecords, compareRuns, type Comparison, type Side, type Tolerance } from '../judge/compare';
export { equivalenceOf, type Equivalence } from '../judge/equivalence';
export { worstOf, type Verdict } from '../judge/verdict';
