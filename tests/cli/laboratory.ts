import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ImageSet } from '../../src/data/dataset';
import { digestsOf, encodeFiles, readFiles, sha256OfFiles, writeFiles } from '../../src/data/folder';
import { parseRunRecord, type RunRecord } from '../../src/run/record';

/** The built command line, run as users run it, in a temporary folder with a small data set and a small experiment. */

const PROGRAM = resolve(__dirname, '../../bin/assay.js');

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Surroundings {
  /** Added to an environment in which no data set is found outside of the laboratory. */
  readonly environment?: Record<string, string>;
  /** A file descriptor instead of a pipe. */
  readonly stdout?: 'pipe' | number;
  /** A folder to stand in instead of the laboratory's own. */
  readonly cwd?: string;
}

export class Laboratory {
  private readonly children: ChildProcess[] = [];

  private constructor(
    /** The working folder of every command: `tiny/` is the data set, `study/` the study. */
    readonly folder: string,
    /** Of the data set `tiny`. */
    readonly dataSha256: string,
  ) {}

  static async open(): Promise<Laboratory> {
    const folder = await mkdtemp(join(tmpdir(), 'assay-cli-'));
    await writeFiles(join(folder, 'tiny'), encodeFiles({ train: smallSet(22), test: smallSet(10) }));
    const dataSha256 = sha256OfFiles(digestsOf(await readFiles(join(folder, 'tiny'))));
    const laboratory = new Laboratory(folder, dataSha256);
    await laboratory.writeStudy('study');
    return laboratory;
  }

  close(): Promise<void> {
    // After a test that has timed out, its command may still be running.
    for (const child of this.children) child.kill('SIGKILL');
    return rm(this.folder, { recursive: true });
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  /** Writes a study of a small model on `tiny`; its experiment is changed where `changes` says so, and `more` is in its study.json. */
  async writeStudy(name: string, changes: Record<string, unknown> = {}, more: object = {}): Promise<void> {
    await mkdir(this.path(name), { recursive: true });
    const experiment = { ...smallExperiment(this.dataSha256), ...changes };
    await writeFile(this.path(name, 'experiment.json'), JSON.stringify(experiment));
    const study = { ...STUDY, ...more };
    await writeFile(this.path(name, 'study.json'), JSON.stringify(study));
  }

  start(
    args: readonly string[],
    { environment, stdout = 'pipe', cwd = this.folder }: Surroundings = {},
  ): ChildProcess {
    const { ASSAY_DATA: _, COLUMNS: __, ...rest } = process.env;
    const env = { ...rest, ASSAY_CACHE: this.path('cache'), NO_COLOR: '1', ...environment };
    const stdio: StdioOptions = ['ignore', stdout, 'pipe'];
    const child = spawn(process.execPath, [PROGRAM, ...args], { cwd, env, stdio });
    this.children.push(child);
    return child;
  }

  run(args: readonly string[], surroundings?: Surroundings): Promise<Outcome> {
    return outcomeOf(this.start(args, surroundings));
  }

  async record(runFolder: string): Promise<RunRecord> {
    const path = this.path(runFolder, 'run.json');
    return parseRunRecord(await readFile(path, 'utf8'), path);
  }

  /** Every file and folder in here, so that a test can tell that a command has left nothing behind. */
  async entries(): Promise<string[]> {
    return (await readdir(this.folder, { recursive: true })).sort();
  }
}

/** What every study of our own trainer says of its runs. */
const STUDY = {
  name: 'small',
  title: 'A study for tests',
  conditions: [{ name: 'lr', title: 'learning rate' }],
  metrics: [
    { name: 'loss', kind: 'loss', better: 'lower', per: 'step', steps: 'samples seen' },
    { name: 'test loss', kind: 'loss', better: 'lower', per: 'epoch' },
    { name: 'accuracy', kind: 'percent', better: 'higher', per: 'epoch' },
  ],
  chance: { classes: 3, crossEntropy: ['loss', 'test loss'], accuracy: ['accuracy'] },
  logs: { format: 'pytorch-example' },
  golden: 'golden',
};

/** What a command says first that was given no study, and finds none. */
export const DEFAULT_STUDY = 'study: lr-experiment, which comes with assay; --study names another\n';

/** Options that train on the small data set. */
export const TINY = ['--study', 'study', '--data', 'tiny', '--lr', '0.01'] as const;

/** Waits for a command to end. */
export async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => (text[name] += chunk));
  }
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { exitCode, ...text };
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** 6×6 pixels that depend on the label, so that there is something to learn. */
function smallSet(count: number): ImageSet {
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 3);
  const images = Uint8Array.from({ length: count * 36 }, (_, i) => {
    const image = Math.floor(i / 36);
    const row = Math.floor((i % 36) / 6);
    return row % 3 === labels[image] ? 255 - image : (7 * i) % 64;
  });
  return { images, labels, count, channels: 1, height: 6, width: 6 };
}

function smallExperiment(dataSha256: string): Record<string, unknown> {
  const assumed = { source: 'assumed', evidence: 'a test' };
  return {
    name: 'tiny',
    title: 'A model small enough for tests',
    data: {
      name: 'Tiny',
      sha256: dataSha256,
      inputShape: [1, 6, 6],
      classes: 3,
      trainCount: 22,
      testCount: 10,
      normalisation: { mean: 0.5, std: 0.25 },
      synthetic: { sha256: '0'.repeat(64) },
    },
    model: {
      name: 'TinyClassifier',
      modules: [
        { name: 'conv', type: 'Conv2d', inChannels: 1, outChannels: 2, kernelSize: [3, 3], padding: [1, 1] },
        { name: 'pool', type: 'MaxPool2d', kernelSize: 2 },
        { name: 'relu', type: 'ReLU' },
        { name: 'dropout', type: 'Dropout', p: 0.25 },
        { name: 'fc', type: 'Linear', inFeatures: 18, outFeatures: 3 },
      ],
      forward: ['conv', 'relu', 'pool', 'flatten', 'dropout', 'fc'],
    },
    expected: {
      outputShapes: [
        { module: 'conv', shape: [2, 6, 6] },
        { module: 'relu', shape: [2, 6, 6] },
        { module: 'pool', shape: [2, 3, 3] },
        { module: 'flatten', shape: [18] },
        { module: 'dropout', shape: [18] },
        { module: 'fc', shape: [3] },
      ],
      parameterCounts: { 'conv.weight': 18, 'conv.bias': 2, 'fc.weight': 54, 'fc.bias': 3 },
      parameterCount: 77,
    },
    loss: 'CrossEntropyLoss',
    optimizer: { type: 'Adam', betas: [0.9, 0.999], eps: 1e-8 },
    training: { batchSize: 4, epochs: 2, logInterval: 2, lrs: [0.01, 0.1] },
    artifacts: { model: 'tiny_model.pth', predictions: 'predictions.png', history: 'training_history.png' },
    provenance: {
      data: assumed,
      model: assumed,
      loss: assumed,
      optimizer: assumed,
      training: assumed,
      artifacts: assumed,
    },
  };
}
