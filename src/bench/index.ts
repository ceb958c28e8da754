import { spawnSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import type { DataSet } from '../data/dataset';
import { loadDataSet } from '../data/load';
import { loadExperiment } from '../experiment/load';
import type { Conv2dModule, Experiment, LinearModule, ModuleSpec } from '../experiment/types';
import { ALL_KERNELS, type Kernels, titleOf } from './kernels';
import { measurePeak } from './peak';
import { measurePhases, type Phases } from './phases';
import { quantile } from './statistics';
import { MODES, Torch, type TorchMode } from './torch';
import { stepsPerEpoch, Training, type Workload } from './training';
import { countWork, type Work } from './work';

/**
 * `npm run bench [-- --json]`: how fast the engines train, where the time goes, how it grows, and how long PyTorch takes
 * on the same machine in the same run. Every number is measured here and now; seconds per epoch are the median step times the
 * steps of an epoch. Machines are noisy: compare within one run only.
 */

const WARM_UP = 60;
const STEPS = 100;
const ROUNDS = 3;
const EVALUATIONS = 3;

interface Speed {
  readonly kernels: Kernels;
  readonly threads: number;
  readonly stepMs: number[];
  readonly evaluationMs: number[];
  readonly work: Work;
}

interface TorchSpeed {
  readonly version: string;
  readonly mode: TorchMode;
  readonly threads: number;
  readonly stepMs: number[];
  readonly evaluationMs: number[];
}

interface Row {
  readonly what: string;
  /** Of a step, or of the epoch. */
  readonly ms: number;
  readonly msPerImage: number;
}

interface Results {
  machine: string;
  node: string;
  data: string;
  load: number;
  epochSteps: number;
  /** Of one thread, by the kernels' titles. */
  peakGflops: Record<string, number>;
  speeds: Speed[];
  torch: TorchSpeed[];
  phases: { kernels: Kernels; threads: number; ms: Phases }[];
  growth: Row[];
  peakMemoryMb: number;
  helpMs: number;
}

async function main(): Promise<void> {
  const json = process.argv.includes('--json');
  const load = loadavg()[0];
  const experiment = await loadExperiment(join(__dirname, '../../spec/lr-experiment/experiment.json'));
  const dataSet = await loadDataSet(undefined, { onNotice: (line) => process.stderr.write(`${line}\n`) });
  const { batchSize } = experiment.training;
  const base = { experiment, dataSet, batchSize };
  const [fastest] = ALL_KERNELS;

  // PyTorch and ours take turns, so that both see the same noise.
  const speeds = ALL_KERNELS.flatMap((kernels) =>
    (kernels === fastest ? [1, 2, 4] : [1, 2]).map((threads): Speed => ({
      kernels,
      threads,
      stepMs: [],
      evaluationMs: [],
      work: { dense: 0, done: 0 },
    })),
  );
  const torch = Torch.find(experiment, dataSet);
  const torchTimes: TorchSpeed[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, speed] of speeds.entries()) speeds[i] = await measureSpeed(base, speed);
    if (torch === undefined) continue;
    for (const mode of MODES) for (const threads of [1, 2]) measureTorch(torch, mode, threads, torchTimes);
  }
  torch?.end();
  const peakMemoryMb = process.resourceUsage().maxRSS / 1024;

  const peaks = ALL_KERNELS.map(async (kernels) => [titleOf(kernels), await measurePeak(kernels)] as const);
  const phases: Results['phases'] = [];
  for (const kernels of new Set([fastest, ALL_KERNELS[ALL_KERNELS.length - 1]])) {
    for (const threads of [1, 2]) {
      const ms = await measurePhases({ ...base, kernels, threads }, STEPS, WARM_UP);
      phases.push({ kernels, threads, ms });
    }
  }
  const results: Results = {
    machine: `${cpus().length} × ${cpus()[0].model}`,
    node: process.version,
    data: dataSet.name,
    load,
    epochSteps: stepsPerEpoch(dataSet.train, batchSize),
    peakGflops: Object.fromEntries(await Promise.all(peaks)),
    speeds,
    torch: torchTimes,
    phases,
    growth: await measureGrowth(experiment, dataSet, fastest),
    peakMemoryMb,
    helpMs: measureHelp(),
  };
  process.stdout.write(json ? `${JSON.stringify(results, null, 2)}\n` : render(results));
}

async function measureSpeed(base: Omit<Workload, 'kernels' | 'threads'>, speed: Speed): Promise<Speed> {
  const training = await Training.start({ ...base, kernels: speed.kernels, threads: speed.threads });
  training.run(WARM_UP);
  const stepMs = [...speed.stepMs, ...training.run(STEPS)];
  const work = countWork(training.program, training.memory, base.batchSize);
  const evaluationMs = [...speed.evaluationMs, training.evaluate()];
  await training.close();
  return { ...speed, stepMs, evaluationMs, work };
}

function measureTorch(torch: Torch, mode: TorchMode, threads: number, times: TorchSpeed[]): void {
  const { version, steps, evaluations } = torch.run(mode, threads, STEPS, 10, EVALUATIONS);
  let entry = times.find((candidate) => candidate.mode === mode && candidate.threads === threads);
  if (entry === undefined) times.push((entry = { version, mode, threads, stepMs: [], evaluationMs: [] }));
  entry.stepMs.push(...steps.map((seconds) => 1000 * seconds));
  entry.evaluationMs.push(...evaluations.map((seconds) => 10_000 * seconds)); // 1000 of 10,000 images
}

/** One thread; each row changes one thing: the batch, the number of images, or the model. */
async function measureGrowth(experiment: Experiment, dataSet: DataSet, kernels: Kernels): Promise<Row[]> {
  const row = async (what: string, variant: Experiment, batchSize: number): Promise<Row> => {
    const training = await Training.start({ kernels, experiment: variant, dataSet, batchSize, threads: 1 });
    training.run(40);
    const ms = quantile(training.run(40), 0.5);
    await training.close();
    return { what: `step, ${what}`, ms, msPerImage: ms / batchSize };
  };
  const rows: Row[] = [];
  for (const batchSize of [16, 32, 64, 128, 256])
    rows.push(await row(`batch ${batchSize}`, experiment, batchSize));
  for (const count of [3200, 6400, 12800]) rows.push(await measureEpoch(experiment, dataSet, kernels, count));
  for (const factor of [0.5, 1, 2]) {
    const channels = [32 * factor, 64 * factor];
    rows.push(await row(`channels ${channels.join(', ')}`, withChannels(experiment, channels), 64));
  }
  return rows;
}

/** A whole epoch of the first images, one thread. */
async function measureEpoch(
  experiment: Experiment,
  dataSet: DataSet,
  kernels: Kernels,
  count: number,
): Promise<Row> {
  const { batchSize } = experiment.training;
  const few = { ...dataSet, train: { ...dataSet.train, count } };
  const training = await Training.start({ kernels, experiment, dataSet: few, batchSize, threads: 1 });
  training.run(WARM_UP);
  const ms = training.run(stepsPerEpoch(few.train, batchSize)).reduce((sum, step) => sum + step, 0);
  await training.close();
  return { what: `epoch, ${count} images`, ms, msPerImage: ms / count };
}

/** The experiment with other numbers of channels behind its Conv2d modules. */
function withChannels(experiment: Experiment, channels: readonly number[]): Experiment {
  const convs = experiment.model.modules.filter((module): module is Conv2dModule => module.type === 'Conv2d');
  const firstLinear = experiment.model.modules.find(
    (module): module is LinearModule => module.type === 'Linear',
  );
  const modules = experiment.model.modules.map((module): ModuleSpec => {
    if (module.type === 'Conv2d') {
      const i = convs.indexOf(module);
      return {
        ...module,
        inChannels: i === 0 ? module.inChannels : channels[i - 1],
        outChannels: channels[i],
      };
    }
    if (module.type !== 'Linear' || module !== firstLinear) return module;
    const last = convs.length - 1;
    return { ...module, inFeatures: (module.inFeatures / convs[last].outChannels) * channels[last] };
  });
  return { ...experiment, model: { ...experiment.model, modules } };
}

function measureHelp(): number {
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    spawnSync(process.execPath, [join(__dirname, '../../bin/assay.js'), '--help']);
    return performance.now() - start;
  });
  return quantile(times, 0.5);
}

function render(results: Results): string {
  const { speeds, epochSteps, torch, peakGflops, phases, growth } = results;
  const seconds = (stepMs: number): string => ((stepMs * epochSteps) / 1000).toFixed(1);
  const median = (values: readonly number[]): number => quantile(values, 0.5);
  const spread = (values: readonly number[]): string =>
    `${seconds(quantile(values, 0.1))} … ${seconds(quantile(values, 0.9))}`;
  const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  const evaluation = (ms: readonly number[]): string => (median(ms) / 1000).toFixed(2);
  const dense = (ms: number): string => (speeds[0].work.dense / ms / 1e6).toFixed(0);
  const names = Object.keys(phases.reduce<Phases>((all, { ms }) => ({ ...all, ...ms }), {}));
  const lines = [
    `${results.machine}, Node ${results.node}, data: ${results.data}; load before: ${results.load.toFixed(1)}`,
    'peak of one thread, GFLOP/s:',
    ...Object.entries(peakGflops).map(
      ([title, peak]) => `  ${title.padEnd(20)}${peak.toFixed(1).padStart(8)}`,
    ),
    '',
    '| | threads | s/epoch | 10 % … 90 % | evaluation, s | GFLOP/s done | of peak | GFLOP/s if dense |',
    '|---|---|---|---|---|---|---|---|',
    ...speeds.map(({ kernels, threads, stepMs, evaluationMs, work }) => {
      const ms = median(stepMs);
      const done = work.done / ms / 1e6;
      const peak = peakGflops[titleOf(kernels)] * Math.min(threads, cpus().length);
      const ofPeak = `${((100 * done) / peak).toFixed(0)} %`;
      const ours = [titleOf(kernels), threads, seconds(ms), spread(stepMs), evaluation(evaluationMs)];
      return row([...ours, done.toFixed(1), ofPeak, dense(ms)]);
    }),
    ...torch.map(({ version, mode, threads, stepMs, evaluationMs }) => {
      const ms = median(stepMs);
      const theirs = [
        `PyTorch ${version}, ${mode}`,
        threads,
        seconds(ms),
        spread(stepMs),
        evaluation(evaluationMs),
      ];
      return row([...theirs, '', '', dense(ms)]);
    }),
    '',
    ...ratios(speeds, torch),
    '',
    `ms per step of the calling thread: ${phases.map(({ kernels, threads }) => `${titleOf(kernels)}, ${threads} thread(s)`).join('; ')}`,
    ...names.map((phase) => {
      const cells = phases.map(({ ms }) => (ms[phase]?.toFixed(2) ?? '').padStart(8));
      return `  ${phase.padEnd(28)}${cells.join('')}`;
    }),
    '',
    `growth (${titleOf(speeds[0].kernels)}, one thread)`,
    '                                  ms  ms/image',
    ...growth.map(
      ({ what, ms, msPerImage }) =>
        `  ${what.padEnd(24)}${ms.toFixed(2).padStart(10)}${msPerImage.toFixed(3).padStart(10)}`,
    ),
    '',
    `step times of ${titleOf(speeds[1].kernels)}, ${speeds[1].threads} threads, ms`,
    ...histogram(speeds[1].stepMs),
    '',
    `peak memory of this process: ${results.peakMemoryMb.toFixed(0)} MB; assay --help: ${results.helpMs.toFixed(0)} ms`,
    '',
  ];
  return lines.join('\n');
}

/** PyTorch's best median against that of each of ours. */
function ratios(speeds: readonly Speed[], torch: readonly TorchSpeed[]): string[] {
  if (torch.length === 0) return ['PyTorch: no python3 with torch here, no ratio'];
  const best = (runs: readonly { stepMs: number[] }[]): number =>
    Math.min(...runs.map(({ stepMs }) => quantile(stepMs, 0.5)));
  return ALL_KERNELS.map((kernels) => {
    const ours = speeds.filter((speed) => speed.kernels === kernels);
    return `PyTorch's best against ${titleOf(kernels)}: ${(best(torch) / best(ours)).toFixed(2)} × (median step)`;
  });
}

function histogram(stepMs: readonly number[]): string[] {
  const low = Math.min(...stepMs);
  const width = (quantile(stepMs, 0.98) - low) / 12;
  const counts = new Array<number>(13).fill(0);
  for (const ms of stepMs) counts[Math.min(12, Math.floor((ms - low) / width))]++;
  return counts.map((count, i) => {
    const bar = '█'.repeat(Math.round((60 * count) / stepMs.length));
    return `  ${(low + i * width).toFixed(2).padStart(8)}${i === 12 ? '+' : ' '} ${bar} ${count}`;
  });
}

void main();
