import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSet } from '../data/dataset';
import { loadDataSet } from '../data/load';
import { createEngine } from '../engine/create';
import type { EngineName } from '../engine/engine';
import { nativeWidths } from '../engine/native/width';
import { loadExperiment } from '../experiment/load';
import { layersOf } from '../experiment/model';
import type { Experiment } from '../experiment/types';
import { initialParameters } from '../pytorch/random/init';
import { Mt19937 } from '../pytorch/random/mt19937';
import { Batches, normalizedBytes } from '../train/batches';
import { trainEpoch } from '../train/epoch';
import { evaluate } from '../train/evaluate';
import { quantile } from './statistics';

/**
 * `npm run bench:repdl`: how long the training takes that RepDL publishes, by our engines and, where `python3` has it, by RepDL. They take
 * turns, so that all see the same noise. The training is its number of steps times the median step, and one evaluation.
 */
const WARM_UP = 3;
const STEPS = 10;
const ROUNDS = 2;
const SCRIPT = join(__dirname, '../../src/bench/repdl_times.py');

interface Times {
  readonly steps: number[];
  /** Of the whole test set. */
  readonly evaluations: number[];
}

type Measure = () => Promise<{ readonly steps: readonly number[]; readonly evaluation: number }>;

async function main(): Promise<void> {
  const experiment = await loadExperiment(join(__dirname, '../../spec/repdl-lenet/experiment.json'));
  const dataSet = await loadDataSet(undefined, { onNotice: (line) => process.stderr.write(`${line}\n`) });
  const load = loadavg()[0];
  const engines: EngineName[] = nativeWidths().length > 0 ? ['native', 'wasm'] : ['wasm'];
  const theirs = Repdl.find(experiment, dataSet);
  const measures = new Map<string, Measure>();
  for (const threads of [1, 2]) {
    for (const engine of engines)
      measures.set(`${engine} | ${threads}`, () => measure(engine, experiment, dataSet, threads));
    if (theirs)
      measures.set(`RepDL, PyTorch ${theirs.version} | ${threads}`, async () => theirs.run(threads));
  }
  const times = new Map(
    [...measures.keys()].map((name): [string, Times] => [name, { steps: [], evaluations: [] }]),
  );
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, take] of measures) {
      const { steps, evaluation } = await take();
      times.get(name)?.steps.push(...steps);
      times.get(name)?.evaluations.push(evaluation);
    }
  }
  theirs?.end();

  const { batchSize, epochs } = experiment.training;
  const count = epochs * Math.ceil(dataSet.train.count / batchSize);
  console.log(
    `${cpus().length} × ${cpus()[0].model}, Node ${process.version}, data: ${dataSet.name}; load before: ${load.toFixed(1)}\n`,
  );
  console.log('| | threads | ms/step | 10 % … 90 % | evaluation, s | training, s |');
  console.log('|---|---|---|---|---|---|');
  for (const [name, { steps, evaluations }] of times) {
    const ms = (share: number): string => quantile(steps, share).toFixed(1);
    const evaluation = quantile(evaluations, 0.5) / 1000;
    const training = (count * quantile(steps, 0.5)) / 1000 + evaluation;
    console.log(
      `| ${name} | ${ms(0.5)} | ${ms(0.1)} … ${ms(0.9)} | ${evaluation.toFixed(2)} | ${training.toFixed(1)} |`,
    );
  }
  if (theirs === undefined) console.log('\nnot measured: RepDL, which python3 does not have');
}

async function measure(
  name: EngineName,
  experiment: Experiment,
  dataSet: DataSet,
  threads: number,
): Promise<{ steps: number[]; evaluation: number }> {
  const { model, data, optimizer, arithmetic, training } = experiment;
  const { batchSize, constructions } = training;
  const layers = layersOf(model, data.inputShape);
  const engine = await createEngine(name, { layers, optimizer, arithmetic, maxBatch: batchSize, threads });
  const generator = new Mt19937(0);
  engine.setParameters(initialParameters(layers, generator, constructions));
  const batches = new Batches(dataSet.train, data.normalisation);
  const epoch = trainEpoch(
    engine,
    layers,
    batches,
    batchSize,
    training.lrs[0],
    generator,
    undefined,
    undefined,
    arithmetic,
  );
  const ms = Array.from({ length: WARM_UP + STEPS }, () => timed(() => epoch.next()));
  const test = evaluate(
    engine,
    new Batches(dataSet.test, data.normalisation),
    data.classes,
    batchSize,
    generator,
    arithmetic,
  );
  const evaluation = timed(() => {
    while (test.next().done !== true);
  });
  await engine.close();
  return { steps: ms.slice(WARM_UP), evaluation };
}

function timed(act: () => unknown): number {
  const start = performance.now();
  act();
  return performance.now() - start;
}

/** RepDL on the first 6000 images. */
class Repdl {
  private constructor(
    readonly version: string,
    private readonly folder: string,
    private readonly tests: number,
  ) {}

  static find(experiment: Experiment, dataSet: DataSet): Repdl | undefined {
    const asked = spawnSync('python3', ['-c', 'import torch, numpy, repdl; print(torch.__version__)'], {
      encoding: 'utf8',
    });
    if (asked.status !== 0) return undefined;
    const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
    const { images, labels, height, width } = dataSet.train;
    const table = normalizedBytes(experiment.data.normalisation);
    const count = Math.min(6000, labels.length);
    writeFileSync(
      join(folder, 'images'),
      Float32Array.from(images.subarray(0, count * height * width), (byte) => table[byte]),
    );
    writeFileSync(join(folder, 'labels'), labels.subarray(0, count));
    return new Repdl(asked.stdout.trim(), folder, dataSet.test.count);
  }

  run(threads: number): { steps: number[]; evaluation: number } {
    const files = [join(this.folder, 'images'), join(this.folder, 'labels')];
    const numbers = [threads, STEPS, WARM_UP].map(String);
    // What the compiler's loops are shared among is not PyTorch's to set.
    const env = { ...process.env, OMP_NUM_THREADS: String(threads) };
    const { status, stdout, stderr } = spawnSync('python3', [SCRIPT, ...files, ...numbers], {
      encoding: 'utf8',
      env,
    });
    if (status !== 0) throw new Error(`RepDL failed: ${stderr}`);
    const { steps, evaluation } = JSON.parse(stdout) as { steps: number[]; evaluation: number };
    return { steps: steps.map((s) => 1000 * s), evaluation: (1000 * evaluation * this.tests) / 1000 };
  }

  end(): void {
    rmSync(this.folder, { recursive: true });
  }
}

void main();
