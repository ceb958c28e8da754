import { readFileSync, readdirSync } from 'node:fs';
import { join, parse } from 'node:path';
import { judgePaired, type PairedReferences } from '../../../src/judge/paired';
import { parsePairs } from '../../../src/judge/stored/pairs';
import type { Rounding } from '../../../src/judge/stored/rounding';
import { parseEnsemble } from '../../../src/run/ensemble';
import { parseRuns } from '../../../src/run/keptRuns';
import { runsOfEnsemble } from '../../../src/run/recordedRun';
import type { Check } from '../../../src/judge/check';
import type { Run } from '../../../src/run/run';
import { EXPERIMENT, STUDY } from '../ourStudy';
import { STEPS, type StoredFirstSteps } from './recordFirstSteps';
import { readNeighbours, type StoredNeighbour } from './recordNeighbours';

/**
 * Which faults are seen where a run is compared with ours of its seed, by measured pairs or by neighbours of the seed:
 *
 *     node -r esbuild-register tests/judge/paired/seen.ts [neighbours | first-steps]
 */

const ROOT = join(__dirname, '../../..');
const GOLDEN = join(ROOT, 'golden/lr-experiment');

export const ensemble = ensembleIn('ensembles/mnist');

export const references: PairedReferences = {
  study: STUDY,
  pairs: parsePairs(readFileSync(join(GOLDEN, 'pairs/mnist.json'), 'utf8'), 'mnist.json'),
  firstSteps: {
    rounding: JSON.parse(readFileSync(join(GOLDEN, 'rounding/digit-classifier.json'), 'utf8')) as Rounding,
    batchSize: EXPERIMENT.training.batchSize,
  },
  others: ensemble,
};

/** Our runs, of whatever seeds. */
export const ours: readonly Run[] = [
  ...ensemble,
  ...parseRuns(readFileSync(join(ROOT, 'fixtures/torch/paired/ours.jsonl'), 'utf8'), 'ours.jsonl'),
];

export function oursOf(lr: unknown, seed: number | undefined): Run {
  const found = ours.find((run) => run.conditions.lr === lr && run.seed === seed);
  if (found === undefined) throw new Error(`no run of seed ${seed}, lr ${String(lr)}`);
  return found;
}

const stored = readNeighbours(join(ROOT, 'fixtures/torch/paired/neighbours.jsonl'));

/** Our run of a seed, and its neighbours: the first epochs, as a log prints them. */
export function runsOfSeed(lr: unknown, seed: number | undefined): { ours: Run; neighbours: Run[] } {
  const own = stored.filter((run) => run.lr === lr && run.seed === seed);
  const [ours, ...neighbours] = own.sort((a, b) => a.index - b.index).map(runOfNeighbour);
  return { ours, neighbours };
}

function runOfNeighbour({ lr, seed, loss, testLoss, right }: StoredNeighbour): Run {
  const { batchSize, logInterval } = EXPERIMENT.training;
  const of = EXPERIMENT.data.testCount;
  return {
    ...{ conditions: { lr }, seed, source: { path: 'neighbours.jsonl', line: 1 }, faults: [], stated: {} },
    series: {
      loss: loss.map((value, i) => ({
        ...{ epoch: 1, step: i * logInterval * batchSize, value, decimals: 6 },
      })),
      'test loss': [{ epoch: 1, value: testLoss, decimals: 4 }],
      accuracy: [{ epoch: 1, value: (100 * right) / of, count: { right, of } }],
    },
  };
}

/** Of the library, the runs whose seeds have neighbours that were trained. */
function faultsOfNeighbours(): Faulty[] {
  return faultsIn(FAULTS).map(({ name, runs }) => ({
    name,
    runs: runs.filter(({ conditions, seed }) => runsOfSeed(conditions.lr, seed).neighbours.length > 0),
  }));
}

/** By measured pairs. */
export function besidePairs(run: Run): Check {
  const ours = oursOf(run.conditions.lr, run.seed);
  return judgePaired(run, { run: ours, name: 'ours' }, references);
}

export function besideNeighbours(run: Run): Check {
  const { ours, neighbours } = runsOfSeed(run.conditions.lr, run.seed);
  return judgePaired(run, { run: ours, name: 'ours' }, { ...references, neighbours });
}

/** The losses of the first steps, as a log of every step prints them. */
const firstSteps = readFileSync(join(ROOT, 'fixtures/torch/paired/first-steps.jsonl'), 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as StoredFirstSteps);

function runOfFirstSteps({ lr, seed, fault, losses }: StoredFirstSteps): Run {
  const batchSize = fault === 'batch-32' ? 32 : EXPERIMENT.training.batchSize;
  const loss = losses.map((value, i) => ({
    ...{ epoch: 1, step: i * batchSize, value: Number(value.toFixed(6)), decimals: 6 },
  }));
  return {
    ...{ conditions: { lr }, seed, source: { path: 'first-steps.jsonl', line: 1 }, faults: [], stated: {} },
    series: { loss },
  };
}

export function firstStepsBesideNeighbours(run: Run): Check {
  const own = firstSteps.filter(
    ({ lr, seed, fault }) => lr === run.conditions.lr && seed === run.seed && fault === undefined,
  );
  const [ours, ...neighbours] = own.map(runOfFirstSteps);
  return judgePaired(run, { run: ours, name: 'ours' }, { ...references, neighbours });
}

/** PyTorch's first losses: with oneDNN's convolutions, and some with PyTorch's own. */
export function torchFirstSteps(): Run[] {
  return ['oracle', 'first-steps'].flatMap((name) => {
    const folder = join(ROOT, 'fixtures/torch', name);
    const files = readdirSync(folder).filter((file) => file.endsWith('.steps.json'));
    return files.map((file) => {
      const stored = JSON.parse(readFileSync(join(folder, file), 'utf8')) as TorchSteps;
      const losses = stored.losses.slice(0, STEPS).map(Number);
      return runOfFirstSteps({ ...stored, losses });
    });
  });
}

interface TorchSteps {
  readonly lr: number;
  readonly seed: number;
  readonly losses: readonly string[];
}

/** Of the library, but for those that change only how a run is tested. */
export function faultsOfFirstSteps(): Faulty[] {
  const faulty = firstSteps.filter(({ fault }) => fault !== undefined && !/evaluated|tested/.test(fault));
  const names = [...new Set(faulty.map(({ fault = '' }) => fault))].sort();
  return names.map((name) => ({
    name,
    runs: faulty.filter(({ fault }) => fault === name).map(runOfFirstSteps),
  }));
}

export interface Faulty {
  readonly name: string;
  readonly runs: readonly Run[];
}

/** The ensembles of other readings of the report: other optimizers, dropout and normalisation. */
export function otherReadings(): Faulty[] {
  return readdirSync(join(GOLDEN, 'readings/mnist'))
    .filter((name) => name !== 'as-specified')
    .map((name) => ({ name, runs: ensembleIn(`readings/mnist/${name}`) }));
}

export function faultsIn(folder: string): Faulty[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.jsonl'))
    .map((file) => ({
      name: parse(file).name,
      runs: parseRuns(readFileSync(join(folder, file), 'utf8'), file),
    }));
}

export interface Seen {
  readonly lr: number;
  readonly fault: string;
  readonly runs: number;
  readonly seen: number;
  /** By the loss before any update. */
  readonly atStart: number;
}

/** @param faults judged by their first epochs */
export function seenOf(faults: readonly Faulty[], judge: (run: Run) => Check): Seen[] {
  return faults.flatMap(({ name, runs }) =>
    EXPERIMENT.training.lrs.flatMap((lr) => {
      const own = runs.filter(({ conditions }) => conditions.lr === lr);
      const checks = own.map(judge);
      const seen = checks.filter(({ verdict }) => verdict === 'fail');
      const atStart = seen.filter(({ findings }) => findings.some(({ rule }) => rule === 'start'));
      return own.length === 0
        ? []
        : [{ lr, fault: name, runs: own.length, seen: seen.length, atStart: atStart.length }];
    }),
  );
}

function ensembleIn(folder: string): Run[] {
  const path = join(GOLDEN, folder, 'runs.jsonl');
  return runsOfEnsemble(parseEnsemble(readFileSync(path, 'utf8'), path), EXPERIMENT.training);
}

/** A Markdown table. */
export function tableOf(seen: readonly Seen[]): string {
  const { lrs } = EXPERIMENT.training;
  const rows = [...new Set(seen.map(({ fault }) => fault))].map((fault) => {
    const cells = lrs.map((lr) => {
      const cell = seen.find((each) => each.fault === fault && each.lr === lr);
      if (cell === undefined) return '';
      const atStart = cell.atStart > 0 ? `, ${cell.atStart} at the start` : '';
      return `${cell.seen} of ${cell.runs}${atStart}`;
    });
    return `| ${[fault, ...cells].join(' | ')} |`;
  });
  const head = ['fault', ...lrs.map((lr) => `lr ${lr}`)];
  return [`| ${head.join(' | ')} |`, `| ${head.map(() => '---').join(' | ')} |`, ...rows].join('\n');
}

/** That the study keeps. */
export const FAULTS = join(GOLDEN, 'faults/mnist');

export const WAYS: Readonly<Record<string, () => Seen[]>> = {
  pairs: () => seenOf(faultsIn(FAULTS), besidePairs),
  neighbours: () => seenOf(faultsOfNeighbours(), besideNeighbours),
  'first-steps': () => seenOf(faultsOfFirstSteps(), firstStepsBesideNeighbours),
};

if (require.main === module) console.log(tableOf(WAYS[process.argv[2] ?? 'pairs']()));
