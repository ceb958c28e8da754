import { readFileSync, readdirSync } from 'node:fs';
import { join, parse } from 'node:path';
import { judgePaired, type PairedReferences } from '../../../src/judge/paired';
import { parsePairs } from '../../../src/judge/stored/pairs';
import type { Rounding } from '../../../src/judge/stored/rounding';
import { parseEnsemble } from '../../../src/run/ensemble';
import { parseRuns } from '../../../src/run/keptRuns';
import { runsOfEnsemble } from '../../../src/run/recordedRun';
import type { Run } from '../../../src/run/run';
import { EXPERIMENT, STUDY } from '../ourStudy';

/**
 * Which faults are seen where a run is held against ours of its seed:
 *
 *     node -r esbuild-register tests/judge/paired/seen.ts
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
export function seenOf(faults: readonly Faulty[]): Seen[] {
  return faults.flatMap(({ name, runs }) =>
    EXPERIMENT.training.lrs.flatMap((lr) => {
      const own = runs.filter(({ conditions }) => conditions.lr === lr);
      const checks = own.map((run) =>
        judgePaired(run, { run: oursOf(lr, run.seed), name: 'ours' }, references),
      );
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

if (require.main === module) console.log(tableOf(seenOf(faultsIn(FAULTS))));
