import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readSafetensors, type FileTensor } from '../pytorch/checkpoint/safetensors/read';
import { encodeSafetensors, type Tensor } from '../pytorch/checkpoint/safetensors/write';
import type { NamedTensor, OptimizerState } from '../engine/engine';
import { AssayError } from '../base/errors';
import { readFileOrFail, writeFileAtomic } from '../base/files';
import type { EpochRecord, RunRecord } from '../run/record';
import type { Mt19937State } from '../pytorch/random/mt19937';

/** Where a run is after a number of whole epochs: everything that its next step depends on, and all it has to report. */
export interface Checkpoint {
  readonly run: RunIdentity;
  readonly parameters: readonly NamedTensor[];
  readonly optimizer: OptimizerState;
  readonly generator: Mt19937State;
  readonly initialWeightsSha256: string;
  readonly losses: readonly number[];
  readonly epochs: readonly EpochRecord[];
  readonly logitsSha256?: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** Time spent on the epochs so far. */
  readonly elapsedMs: number;
}

/** What a run was started with; all but `engine` and `epochs` must be the same when it is resumed. */
export interface RunIdentity extends Pick<
  RunRecord,
  'spec' | 'lr' | 'seed' | 'rng' | 'tier' | 'engine' | 'init'
> {
  readonly data: { readonly name: string; readonly sha256: string };
  readonly epochs: number;
}

const FORMAT = 'assay checkpoint 2';
const DIGEST_BYTES = 32;

export function checkpointPath(runFolder: string): string {
  return join(runFolder, 'checkpoint.safetensors');
}

/** Replaces the run folder's checkpoint, whole or not at all. Errors: `file-unwritable`. */
export async function writeCheckpoint(runFolder: string, checkpoint: Checkpoint): Promise<void> {
  const { run, parameters, optimizer, generator, losses, epochs, ...rest } = checkpoint;
  const { stepCount } = optimizer;
  const state = { run, stepCount, drawn: generator.drawn, epochs: epochs.map(withoutTestLoss), ...rest };
  const bytes = encodeSafetensors(
    [
      ...parameters.map(prefixed('model.')),
      ...optimizer.buffers.map(prefixed('optimizer.')),
      vector('generator', generator.words),
      vector('losses', Float32Array.from(losses)),
      vector(
        'testLosses',
        Float64Array.from(epochs, ({ testLoss }) => testLoss),
      ),
      vector('sha256', new Uint8Array(DIGEST_BYTES)), // of all bytes before it
    ],
    { format: FORMAT, state: JSON.stringify(state) },
  );
  bytes.set(sha256(bytes.subarray(0, -DIGEST_BYTES)), bytes.length - DIGEST_BYTES);
  await writeFileAtomic(checkpointPath(runFolder), bytes);
}

/**
 * Reads a run folder's checkpoint.
 *
 * @throws AssayError `file-not-found`, `file-unreadable`; `checkpoint-invalid` when a single bit of it has changed, or another
 *   version of assay wrote it.
 */
export async function readCheckpoint(runFolder: string): Promise<Checkpoint> {
  const where = checkpointPath(runFolder);
  const bytes = await readFileOrFail(where);
  const digest = sha256(bytes.subarray(0, -DIGEST_BYTES));
  if (!digest.equals(bytes.subarray(-DIGEST_BYTES))) {
    throw new AssayError('checkpoint-invalid', {
      what: 'the checkpoint is damaged',
      where,
      expected: `SHA-256 ${bytes.subarray(-DIGEST_BYTES).toString('hex')}, as its last ${DIGEST_BYTES} bytes say`,
      got: digest.toString('hex'),
      hint: 'start the run again, in another folder',
    });
  }
  const { metadata, tensors } = readSafetensors(bytes, where);
  if (metadata.get('format') !== FORMAT) {
    throw new AssayError('checkpoint-invalid', {
      what: 'the checkpoint has another format',
      where,
      expected: FORMAT,
      got: metadata.get('format'),
      hint: 'resume with the version of assay that started the run',
    });
  }
  const { stepCount, drawn, epochs, ...rest } = JSON.parse(metadata.get('state')!) as SavedState;
  const buffer = (name: string): ArrayBuffer =>
    bufferOf(tensors.filter((candidate) => candidate.name === name)[0]);
  const testLosses = new Float64Array(buffer('testLosses'));
  return {
    ...rest,
    parameters: unprefixed(tensors, 'model.'),
    optimizer: { stepCount, buffers: unprefixed(tensors, 'optimizer.') },
    generator: { words: new Uint32Array(buffer('generator')), drawn },
    losses: [...new Float32Array(buffer('losses'))],
    epochs: epochs.map((epoch, i) => ({ ...epoch, testLoss: testLosses[i] })),
  };
}

/** Whether a file with tensors of these names is a checkpoint: they are what a run needs, beside its model, to go on. */
export function isCheckpoint(tensors: readonly { readonly name: string }[]): boolean {
  const names = new Set(tensors.map(({ name }) => name));
  return ['generator', 'losses', 'testLosses', 'sha256'].every((name) => names.has(name));
}

/** What goes into the header. Numbers that may be NaN or infinite, which JSON cannot say, are tensors instead. */
type SavedState = Omit<Checkpoint, 'parameters' | 'optimizer' | 'generator' | 'losses' | 'epochs'> & {
  readonly stepCount: number;
  readonly drawn: number;
  readonly epochs: readonly Omit<EpochRecord, 'testLoss'>[];
};

function withoutTestLoss({ testLoss: _, ...rest }: EpochRecord): Omit<EpochRecord, 'testLoss'> {
  return rest;
}

function prefixed(prefix: string): (tensor: NamedTensor) => Tensor {
  return ({ name, shape, data }) => ({ name: prefix + name, shape, data });
}

function unprefixed(tensors: readonly FileTensor[], prefix: string): NamedTensor[] {
  return tensors
    .filter(({ name }) => name.startsWith(prefix))
    .map((tensor) => ({
      name: tensor.name.slice(prefix.length),
      shape: tensor.shape,
      data: new Float32Array(bufferOf(tensor)),
    }));
}

/** A copy, which begins where every type of array can. */
function bufferOf({ bytes }: FileTensor): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function vector(name: string, data: Tensor['data']): Tensor {
  return { name, shape: [data.length], data };
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
