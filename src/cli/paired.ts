import { AssayError } from '../base/errors';
import { listOf, plural } from '../base/words';
import { RNGS, type RngName } from '../experiment/rng';
import type { Check } from '../judge/check';
import type { PairedReferences } from '../judge/paired';
import type { Conditions, Run } from '../run/run';
import type { Condition, Metric } from '../study/types';
import type { RunOptions } from '../train';
import type { OpenedStudy } from './study';

/** A log that is to be held against our run of its seed, and the setting that it is judged as; see `assay check --seed`. */
export interface PairedLog {
  readonly run: Run;
  /** Missing where it is not known. */
  readonly conditions?: Conditions;
}

export interface PairedOptions {
  /** Of all logs; left out, each has its own. */
  readonly seed?: number;
  /** Default: torch. */
  readonly rng?: RngName;
  /** Default: 1. */
  readonly epochs?: number;
  /** How many runs of the same seed are also trained, rounded differently; true: as many as the level needs. Default: none. */
  readonly neighbours?: number | true;
  /** The data set that the logs should be of, as it is chosen. */
  readonly data: string;
}

/** Our run of a seed, and those that differ from it by rounding alone. */
interface Trained {
  readonly ours: Run;
  readonly neighbours: readonly Run[] | undefined;
}

/**
 * Trains the first epochs of each setting and seed, once, and compares the logs with them.
 *
 * @throws AssayError `usage` where so few neighbours are asked for that nothing could fail
 */
export async function checkPaired(
  logs: readonly PairedLog[],
  { seed: ofAll, rng = 'torch', epochs = 1, neighbours: asked, data }: PairedOptions,
  { study, experiment }: Required<OpenedStudy>,
): Promise<Check[]> {
  const neighbourCount = asked === undefined ? 0 : await neighboursFor(study.level, asked);
  const { judgePaired } = await import('../judge/paired/index.js');
  const { fastestEngine } = await import('../engine/create.js');
  const { loadDataFor, threadsOption } = await import('./training.js');
  const threads = threadsOption.defaultValue as number;
  const { recordOf } = await import('./rerun.js');
  const { runOfRecord } = await import('../run/recordedRun.js');
  const { neighbourOf } = await import('../train/neighbours.js');
  const dataSet = await loadDataFor(experiment, data);
  const references = await referencesOf(dataSet.name, { study, experiment });
  const trained = new Map<string, Trained>();
  const checks: Check[] = [];
  for (const { run, conditions } of logs) {
    if (typeof conditions?.lr !== 'number') {
      checks.push(notKnown(study.conditions));
      continue;
    }
    const { lr } = conditions;
    const seed = ofAll ?? run.seed;
    if (seed === undefined) {
      const reason = 'its seed is not known: give it with --seed';
      checks.push({ name: 'paired', verdict: 'no-reference', reason, findings: [] });
      continue;
    }
    const untilStep = lastStepOf(run, study.metrics, experiment.training.batchSize);
    const key = `${seed} ${lr} ${untilStep}`;
    let known = trained.get(key);
    if (known === undefined) {
      const length = untilStep === undefined ? plural(epochs, 'epoch') : plural(untilStep, 'step');
      const and = neighbourCount === 0 ? '' : `, and ${plural(neighbourCount, 'neighbour')} of it`;
      console.error(`training: seed ${seed}, lr ${lr}, ${length}${and}`);
      const options = {
        experiment,
        dataSet,
        lr,
        seed,
        rng: RNGS[rng],
        epochs,
        untilStep,
        engine: fastestEngine(),
        threads,
      };
      const runOf = async (neighbour: Pick<RunOptions, 'init' | 'afterStep'> = {}): Promise<Run> =>
        runOfRecord(await recordOf({ ...options, ...neighbour }), { ...experiment.training, logInterval: 1 });
      const ours = await runOf();
      const neighbours: Run[] = [];
      for (let i = 1; i <= neighbourCount; i++)
        neighbours.push(await runOf(neighbourOf(experiment, seed, i)));
      known = { ours, neighbours: asked === undefined ? undefined : neighbours };
      trained.set(key, known);
    }
    const { ours, neighbours } = known;
    const check = judgePaired(run, { run: ours, name: 'ours' }, { ...references, neighbours });
    const isHelped = check.verdict === 'no-reference' && asked === undefined;
    checks.push(isHelped ? { ...check, reason: `${check.reason}; --neighbours needs no pairs` } : check);
  }
  return checks;
}

/** How far a log goes that ends within its first epoch; undefined where it goes farther, as it does with a number of an epoch. */
function lastStepOf({ series }: Run, metrics: readonly Metric[], batchSize: number): number | undefined {
  const points = metrics.flatMap(({ name }) => series[name] ?? []);
  const areSteps = points.length > 0 && points.every(({ epoch, step }) => epoch === 1 && step !== undefined);
  if (!areSteps) return undefined;
  return Math.floor(Math.max(...points.map(({ step = 0 }) => step)) / batchSize) + 1;
}

/** @throws AssayError `usage` */
async function neighboursFor(level: number, asked: number | true): Promise<number> {
  const { runsNeeded } = await import('../statistics/conformal.js');
  const needed = runsNeeded(level) - 1; // our run is one, too
  if (asked === true) return needed;
  if (asked >= needed) return asked;
  throw new AssayError('usage', {
    what: 'too few neighbours for a run to fail',
    expected: `at least ${needed}, for the level ${level}`,
    got: `--neighbours ${asked}`,
  });
}

/**
 * Holds A against B, which is said to be of the same seed.
 *
 * @param conditions that neither says
 * @throws AssayError `usage` where one of them says otherwise
 */
export async function comparePaired(
  [a, b]: readonly [Run, Run],
  conditions: Conditions,
  { study, experiment }: OpenedStudy,
  dataName: string | undefined,
): Promise<Check> {
  checkNotStatedOtherwise(conditions, a.conditions, 'A');
  checkNotStatedOtherwise(conditions, b.conditions, 'B');
  const known: Conditions = { ...b.conditions, ...a.conditions, ...conditions };
  const unknown = study.conditions.filter(({ name }) => !(name in known));
  if (unknown.length > 0) return notKnown(unknown);
  const { judgePaired } = await import('../judge/paired/index.js');
  const references =
    experiment === undefined || dataName === undefined
      ? { study, pairs: undefined, firstSteps: undefined, others: [] }
      : await referencesOf(dataName, { study, experiment });
  return judgePaired(a, { run: { ...b, conditions: known }, name: 'B' }, references);
}

function checkNotStatedOtherwise(given: Conditions, stated: Conditions, where: string): void {
  const other = Object.keys(given).find((name) => name in stated && stated[name] !== given[name]);
  if (other === undefined) return;
  throw new AssayError('usage', {
    what: `${other} is stated otherwise than it is given`,
    where,
    expected: `${other} ${given[other]}, as --condition says`,
    got: `${other} ${stated[other]}`,
    hint: 'leave --condition out for what a log states',
  });
}

/** What tells how far apart runs of one seed may be. */
async function referencesOf(
  dataName: string,
  { study, experiment }: Required<OpenedStudy>,
): Promise<PairedReferences> {
  const { readStoredPairs } = await import('../judge/stored/pairs.js');
  const { readStoredRounding } = await import('../judge/stored/rounding.js');
  const { readStoredEnsembles } = await import('../judge/stored/ensembles.js');
  const { runsOfEnsemble } = await import('../run/recordedRun.js');
  const rounding = await readStoredRounding(study, experiment);
  const ensembles = await readStoredEnsembles(study, experiment, dataName);
  return {
    study,
    pairs: await readStoredPairs(study, experiment, dataName),
    firstSteps: rounding && { rounding, batchSize: experiment.training.batchSize },
    others: ensembles.flatMap((ensemble) => runsOfEnsemble(ensemble, experiment.training, ensemble.path)),
  };
}

function notKnown(conditions: readonly Condition[]): Check {
  const names = conditions.map(({ name, title }) => title ?? name);
  const reason = `its ${listOf(names)} is not known: give it with --condition`;
  return { name: 'paired', verdict: 'no-reference', reason, findings: [] };
}
