import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSet } from '../../../src/data/dataset';
import { loadDataSet } from '../../../src/data/load';
import { createWasmEngine } from '../../../src/engine/wasm';
import { layersOf } from '../../../src/experiment/model';
import { DEFAULT_RNG } from '../../../src/experiment/rng';
import type { Pairs, StoredPair } from '../../../src/judge/stored/pairs';
import { rounded } from '../../../src/judge/placement';
import { initialParameters } from '../../../src/pytorch/random/init';
import { Mt19937 } from '../../../src/pytorch/random/mt19937';
import { parseEnsemble } from '../../../src/run/ensemble';
import { runsOfEnsemble } from '../../../src/run/recordedRun';
import type { Run } from '../../../src/run/run';
import { Batches } from '../../../src/train/batches';
import { trainEpoch } from '../../../src/train/epoch';
import { evaluate } from '../../../src/train/evaluate';
import { EXPERIMENT, runOf, runsIn } from '../ourStudy';

/**
 * Measures how far rounding takes two runs of one seed apart in their first epoch, and writes what `assay check --seed` holds logs to:
 *
 *     ASSAY_DATA=… node -r esbuild-register tests/judge/paired/measure.ts > golden/lr-experiment/pairs/mnist.json
 *
 * The pairs are PyTorch's logs and our runs of their seeds, and our runs beside such whose initial weights were each moved to a neighbouring
 * float32: these are rounded otherwise from the first step on, and do the same.
 */

const ROOT = join(__dirname, '../../..');

export const PYTORCH = 'PyTorch 1.13.1 and assay';
export const NEIGHBOURS = 'assay, from weights moved by their last bit, and assay';

/** Of the second kind. */
const SEEDS = Array.from({ length: 12 }, (_, i) => i + 1);

/** The first epoch of a training. */
export interface FirstEpoch {
  readonly lr: number;
  readonly seed: number;
  /** Whether its initial weights are moved. */
  readonly isMoved: boolean;
}

/** Those that are to be trained, as the ensemble does not have them. */
export function missingRuns(): FirstEpoch[] {
  const ofLogs = torchLogs().filter(({ conditions, seed }) => ensembleRun(conditions.lr, seed) === undefined);
  const ofSeeds = EXPERIMENT.training.lrs.flatMap((lr) => SEEDS.map((seed) => ({ lr, seed, isMoved: true })));
  return [
    ...ofLogs.map(({ conditions, seed = 0 }) => ({ lr: conditions.lr as number, seed, isMoved: false })),
    ...ofSeeds,
  ];
}

let logs: Run[] | undefined;

function torchLogs(): Run[] {
  logs ??= ['oracle', 'seeds'].flatMap((folder) =>
    readdirSync(join(ROOT, 'fixtures/torch', folder)).flatMap((file): Run[] => {
      const [, lr, seed] = /^lr(\S+)_seed(\d+)\.log$/.exec(file) ?? [];
      if (seed === undefined) return [];
      const [run] = runsIn(readFileSync(join(ROOT, 'fixtures/torch', folder, file), 'utf8'));
      return [{ ...run, conditions: { lr: Number(lr) }, seed: Number(seed) }];
    }),
  );
  return logs;
}

let ensemble: Run[] | undefined;

function ensembleRun(lr: unknown, seed: number | undefined): Run | undefined {
  const path = join(ROOT, 'golden/lr-experiment/ensembles/mnist/runs.jsonl');
  ensemble ??= runsOfEnsemble(parseEnsemble(readFileSync(path, 'utf8'), path), EXPERIMENT.training);
  return ensemble.find((run) => run.conditions.lr === lr && run.seed === seed);
}

/** Of the first epoch, all that a log prints but the first loss, which precedes every update. */
function numbersOf({ series }: Run, places: Pairs['places']): number[] {
  return places.map(({ metric, epoch, step, decimals }) => {
    const point = series[metric].find((point) => point.epoch === epoch && point.step === step);
    if (point === undefined) throw new Error(`no ${metric} at ${step}`);
    return decimals === undefined ? point.value : rounded(point.value, decimals);
  });
}

export function pairsOf(trained: readonly (FirstEpoch & { readonly run: Run })[], dataSha256: string): Pairs {
  const places = Object.entries(torchLogs()[0].series).flatMap(([metric, points]) =>
    points
      .filter(({ epoch, step }) => epoch === 1 && step !== 0)
      .map(({ epoch, step, decimals }) => ({
        ...{ metric, epoch },
        ...(step !== undefined && { step }),
        ...(decimals !== undefined && { decimals }),
      })),
  );
  const ours = (lr: unknown, seed: number | undefined, isMoved = false): Run => {
    const own = trained.find((run) => run.lr === lr && run.seed === seed && run.isMoved === isMoved)?.run;
    const run = own ?? (isMoved ? undefined : ensembleRun(lr, seed));
    if (run === undefined) throw new Error(`no run of seed ${seed}, lr ${String(lr)}`);
    return run;
  };
  const pair = (of: string, a: Run, b: Run): StoredPair => ({
    ...{ of, conditions: a.conditions, seed: a.seed ?? 0 },
    ...{ a: numbersOf(a, places), b: numbersOf(b, places) },
  });
  return {
    experiment: { name: EXPERIMENT.name, sha256: EXPERIMENT.sha256 },
    data: { name: 'mnist', sha256: dataSha256 },
    places,
    pairs: [
      ...torchLogs().map((log) => pair(PYTORCH, log, ours(log.conditions.lr, log.seed))),
      ...trained.flatMap(({ lr, seed, isMoved }) =>
        isMoved ? [pair(NEIGHBOURS, ours(lr, seed, true), ours(lr, seed))] : [],
      ),
    ],
  };
}

/** One run a line. */
export function textOf({ pairs, ...rest }: Pairs): string {
  const lines = pairs.map((pair) => `    ${JSON.stringify(pair)}`);
  return `${JSON.stringify(rest, null, 2).slice(0, -2)},\n  "pairs": [\n${lines.join(',\n')}\n  ]\n}\n`;
}

export async function trainFirstEpoch(
  { lr, seed, isMoved }: FirstEpoch,
  { train, test }: DataSet,
): Promise<Run> {
  const { optimizer, training, model, data } = EXPERIMENT;
  const { batchSize, logInterval } = training;
  const layers = layersOf(model, data.inputShape);
  const engine = await createWasmEngine({ layers, optimizer, maxBatch: batchSize });
  try {
    const generator = new Mt19937(seed);
    const drawn = initialParameters(layers, generator);
    engine.setParameters(isMoved ? moved(drawn, seed) : drawn);
    const batches = new Batches(train, data.normalisation);
    const losses = [...trainEpoch(engine, layers, batches, batchSize, lr, generator, DEFAULT_RNG)];
    const evaluation = evaluate(
      engine,
      new Batches(test, data.normalisation),
      data.classes,
      batchSize,
      generator,
    );
    let chunk = evaluation.next();
    while (!chunk.done) chunk = evaluation.next();
    const { testLoss, correctCount, testCount } = chunk.value;
    return runOf({
      ...{ lr, seed, loggedLosses: losses.filter((_, step) => step % logInterval === 0) },
      epochs: [{ testLoss, accuracy: (100 * correctCount) / testCount }],
    });
  } finally {
    await engine.close();
  }
}

/** Each weight to the float32 above or below it, by a stream of its own. */
export function moved(
  parameters: ReturnType<typeof initialParameters>,
  seed: number,
): ReturnType<typeof initialParameters> {
  const stream = new Mt19937(1_000_003 + seed);
  return parameters.map(({ data, ...rest }) => {
    const bits = new Int32Array(Float32Array.from(data).buffer);
    for (let i = 0; i < bits.length; i++) bits[i] += (stream.nextUint32() & 1) === 1 ? 1 : -1;
    return { ...rest, data: new Float32Array(bits.buffer) };
  });
}

async function main(): Promise<void> {
  const mnist = await loadDataSet('mnist');
  const trained: (FirstEpoch & { run: Run })[] = [];
  for (const epoch of missingRuns()) trained.push({ ...epoch, run: await trainFirstEpoch(epoch, mnist) });
  process.stdout.write(textOf(pairsOf(trained, mnist.sha256)));
}

if (require.main === module) void main();
