import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSet } from '../data/dataset';
import type { Experiment } from '../experiment/types';
import { normalizedBytes } from '../train/batches';

const SCRIPT = join(__dirname, '../../src/bench/pytorch_times.py');
/** The interpreters that may have PyTorch: the user's own, and Debian's. */
const INTERPRETERS = ['python3', '/usr/bin/python3'];

/** As people write it; and as it is fastest: channels last, and the fused Adam where a version has it. */
export const MODES = ['eager', 'best'] as const;
export type TorchMode = (typeof MODES)[number];

export interface TorchTimes {
  readonly version: string;
  /** Seconds of each step at batch 64, and of each evaluation of 1000 images. */
  readonly steps: number[];
  readonly evaluations: number[];
}

/** PyTorch on the first 6400 images of a data set, normalised beforehand. */
export class Torch {
  private constructor(
    private readonly python: string,
    private readonly folder: string,
  ) {}

  /** Undefined where no Python with PyTorch is found. */
  static find(experiment: Experiment, dataSet: DataSet): Torch | undefined {
    const python = INTERPRETERS.find(
      (candidate) => spawnSync(candidate, ['-c', 'import torch, numpy']).status === 0,
    );
    if (python === undefined) return undefined;
    const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
    const { images, labels, height, width } = dataSet.train;
    const table = normalizedBytes(experiment.data.normalisation);
    const count = Math.min(6400, labels.length);
    const normalized = Float32Array.from(images.subarray(0, count * height * width), (byte) => table[byte]);
    writeFileSync(join(folder, 'images'), normalized);
    writeFileSync(join(folder, 'labels'), labels.subarray(0, count));
    return new Torch(python, folder);
  }

  run(mode: TorchMode, threads: number, steps: number, warmUp: number, evaluations: number): TorchTimes {
    const files = [join(this.folder, 'images'), join(this.folder, 'labels')];
    const numbers = [threads, steps, warmUp, evaluations].map(String);
    const { status, stdout, stderr } = spawnSync(this.python, [SCRIPT, ...files, mode, ...numbers], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`PyTorch failed: ${stderr}`);
    return JSON.parse(stdout) as TorchTimes;
  }

  end(): void {
    rmSync(this.folder, { recursive: true });
  }
}
