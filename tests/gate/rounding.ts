import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSet } from '../../src/data/dataset';
import { loadDataSet } from '../../src/data/load';
import { createTfjsEngine } from '../../src/engine/tfjs';
import { createWasmEngine } from '../../src/engine/wasm';
import { FIRST_STEPS } from '../../src/judge/beginning';
import type { Rounding } from '../../src/judge/stored/rounding';
import { loadExperiment } from '../../src/experiment/load';
import { RNGS } from '../../src/experiment/rng';
import type { Experiment } from '../../src/experiment/types';
import { firstLosses, type FirstSteps } from './firstSteps';

/**
 * Measures how far rounding takes two runs of one seed apart in their first steps, and writes what the gate holds runs to:
 *
 *     ASSAY_DATA=… node -r esbuild-register tests/gate/rounding.ts > golden/lr-experiment/rounding/digit-classifier.json
 */

const ROOT = join(__dirname, '../..');

/** Two runs of one seed that differ by rounding alone: how far their losses are apart, of themselves, step by step. */
export interface Pair {
  readonly of: string;
  readonly lr: number;
  readonly seed: number;
  readonly distances: readonly number[];
}

interface Recorded {
  readonly lr: number;
  readonly seed: number;
  readonly losses: readonly number[];
  readonly lossesWithoutMkldnn: readonly number[];
}

const OWN = "PyTorch's two convolutions";
const OURS = 'PyTorch and the engine wasm';
const TFJS = 'the engines wasm and tfjs';
const BUILDS = [
  ['debian-1.13', RNGS.torch],
  ['wheel-2.6', RNGS['torch-mkl']],
  ['wheel-2.15', RNGS.torch],
] as const;
/** Of the engines, with which no losses are recorded. */
const SEEDS = [1, 2, 3];

/** PyTorch's runs of MNIST that are recorded with both of its convolutions. */
function recordedRuns(): (Recorded & { readonly rng: FirstSteps['rng'] })[] {
  const read = <T>(path: string): T =>
    JSON.parse(readFileSync(join(ROOT, 'fixtures/torch', path), 'utf8')) as T;
  const ofSeeds = BUILDS.flatMap(([build, rng]) =>
    read<{ runs: Recorded[] }>(`streams/${build}.json`).runs.map((run) => ({ ...run, rng })),
  );
  const oracle = [0.0001, 0.001, 0.01].flatMap((lr) =>
    SEEDS.map((seed) => {
      const lossesOf = (steps: string): number[] =>
        read<{ losses: string[] }>(`oracle/lr${lr}_seed${seed}.${steps}.json`).losses.map(Number);
      return {
        lr,
        seed,
        losses: lossesOf('steps'),
        lossesWithoutMkldnn: lossesOf('no-mkldnn.steps'),
        rng: RNGS.torch,
      };
    }),
  );
  return [...ofSeeds, ...oracle];
}

/** PyTorch against itself. */
export function pairsOfPyTorch(): Pair[] {
  return recordedRuns().map(({ lr, seed, losses, lossesWithoutMkldnn }) =>
    pairOf(OWN, { lr, seed }, losses, lossesWithoutMkldnn),
  );
}

async function pairsOfOurs(experiment: Experiment, mnist: DataSet): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (const { lr, seed, rng, losses } of recordedRuns()) {
    const run = { experiment, dataSet: mnist, lr, seed, rng, steps: FIRST_STEPS };
    pairs.push(pairOf(OURS, run, losses, await firstLosses({ ...run, engine: createWasmEngine })));
  }
  return pairs;
}

async function pairsOfTfjs(experiment: Experiment, dataSet: DataSet): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (const lr of experiment.training.lrs) {
    for (const seed of SEEDS) {
      const run = { experiment, dataSet, lr, seed, steps: FIRST_STEPS };
      const ours = await firstLosses({ ...run, engine: createWasmEngine });
      pairs.push(pairOf(TFJS, run, ours, await firstLosses({ ...run, engine: createTfjsEngine })));
    }
  }
  return pairs;
}

function pairOf(
  of: string,
  { lr, seed }: Pick<Pair, 'lr' | 'seed'>,
  a: readonly number[],
  b: readonly number[],
): Pair {
  const distances = a.slice(0, FIRST_STEPS).map((loss, step) => Math.abs(b[step] / loss - 1));
  return { of, lr, seed, distances };
}

/** Of the pairs of each learning rate, this share is within `most` at all steps. */
const SHARE = 0.9;

export function roundingOf(pairs: readonly Pair[], { name, sha256 }: Experiment): Rounding {
  const lrs = [...new Set(pairs.map(({ lr }) => lr))].sort((a, b) => a - b);
  const sources = [...new Set(pairs.map(({ of }) => of))];
  return {
    experiment: { name, sha256 },
    pairs: sources.map((of) => ({ of, count: pairs.filter((pair) => pair.of === of).length })),
    greatest: quantilesOf(pairs, 1).map(roundedUp),
    settings: lrs.map((lr) => {
      const own = pairs.filter((pair) => pair.lr === lr);
      const most = mostOf(own).map(roundedUp);
      const inside = own.filter(({ distances }) =>
        distances.every((distance, step) => distance <= most[step]),
      );
      return { conditions: { lr }, pairs: own.length, inside: inside.length, most };
    }),
  };
}

/** The share's distance at each step, all multiplied by what it takes for that share of the pairs to be within at all steps. */
function mostOf(pairs: readonly Pair[]): number[] {
  const each = quantilesOf(pairs, SHARE);
  const factors = pairs.map(({ distances }) =>
    Math.max(...distances.map((distance, step) => distance / each[step])),
  );
  const factor = Math.max(1, quantile(factors, SHARE));
  return each.map((distance) => factor * distance);
}

/** Up to each step: what this share of the pairs are apart at most. */
function quantilesOf(pairs: readonly Pair[], share: number): number[] {
  return Array.from({ length: FIRST_STEPS }, (_, step) =>
    quantile(
      pairs.map(({ distances }) => Math.max(...distances.slice(0, step + 1))),
      share,
    ),
  );
}

function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.ceil(share * values.length) - 1];
}

/** To two digits. */
function roundedUp(value: number): number {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.ceil(value / unit) * unit).toPrecision(2));
}

async function main(): Promise<void> {
  const experiment = await loadExperiment(join(ROOT, 'spec/lr-experiment/experiment.json'));
  const mnist = await loadDataSet('mnist');
  const pairs = [
    ...pairsOfPyTorch(),
    ...(await pairsOfOurs(experiment, mnist)),
    ...(await pairsOfTfjs(experiment, mnist)),
    ...(await pairsOfTfjs(experiment, await loadDataSet('synthetic'))),
  ];
  console.log(JSON.stringify(roundingOf(pairs, experiment), null, 2));
}

if (require.main === module) void main();
