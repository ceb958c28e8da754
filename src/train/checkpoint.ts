import { invalid, quoted, shapeText } from '../pytorch/checkpoint/fault';
import { readSafetensors, type FileTensor } from '../pytorch/checkpoint/safetensors/read';
import { encodeSafetensors, type Tensor } from '../pytorch/checkpoint/safetensors/write';
import type { NamedTensor, OptimizerState } from '../engine/engine';
import { AssayError } from '../base/errors';
import { readFileOrFail, writeFileAtomic } from '../base/files';
import { join } from '../base/paths';
import { sha256BytesOf } from '../base/sha256';
import { schemaOf } from '../base/schema';
import type { EpochRecord, RunRecord } from '../run/record';
import { Mt19937, type Mt19937State } from '../pytorch/random/mt19937';

/** Where a run is, after any of its steps: everything that its next step depends on, and all it has to report. */
export interface Checkpoint {
  readonly run: RunIdentity;
  readonly parameters: readonly NamedTensor[];
  readonly optimizer: OptimizerState;
  readonly generator: Mt19937State;
  readonly initialWeightsSha256: string;
  readonly losses: readonly number[];
  readonly epochs: readonly EpochRecord[];
  /** Of the epoch that has been begun and not been evaluated: it decides the order of the images. */
  readonly samplerSeed?: bigint;
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

const FORMAT = 'assay checkpoint 3';
const DIGEST_BYTES = 32;

export function checkpointPath(runFolder: string): string {
  return join(runFolder, 'checkpoint.safetensors');
}

/** Replaces the run folder's checkpoint, whole or not at all. Errors: `file-unwritable`. */
export async function writeCheckpoint(runFolder: string, checkpoint: Checkpoint): Promise<void> {
  await writeFileAtomic(checkpointPath(runFolder), encodeCheckpoint(checkpoint));
}

/** The bytes of a checkpoint's file. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const { run, parameters, optimizer, generator, losses, epochs, samplerSeed, ...rest } = checkpoint;
  const { stepCount } = optimizer;
  const state: SavedState = {
    ...{ run, stepCount, drawn: generator.drawn, epochs: epochs.map(withoutTestLoss) },
    ...{ samplerSeed: samplerSeed?.toString(), ...rest },
  };
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
  bytes.set(sha256BytesOf(bytes.subarray(0, -DIGEST_BYTES)), bytes.length - DIGEST_BYTES);
  return bytes;
}

/**
 * Reads a run folder's checkpoint.
 *
 * @throws AssayError `file-not-found`, `file-unreadable`; `checkpoint-invalid` when a single bit of it has changed, when another
 *   version of assay wrote it, or none.
 */
export async function readCheckpoint(runFolder: string): Promise<Checkpoint> {
  const where = checkpointPath(runFolder);
  return parseCheckpoint(await readFileOrFail(where), where);
}

/** As {@link readCheckpoint}, of bytes that are there. */
export function parseCheckpoint(bytes: Buffer, where: string): Checkpoint {
  const digest = Buffer.from(sha256BytesOf(bytes.subarray(0, -DIGEST_BYTES)));
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
  const state = SCHEMA.parse(metadata.get('state') ?? '', `${where}, __metadata__.state`);
  const { stepCount, drawn, epochs, samplerSeed, ...rest } = state;
  const vectorOf = (name: string, dtype: string, length?: number): ArrayBuffer => {
    const tensor = tensors.find((candidate) => candidate.name === name);
    const got = tensor && `${tensor.dtype} ${shapeText(tensor.shape)}`;
    const isVector = tensor?.dtype === dtype && tensor.shape.length === 1;
    if (isVector && (length ?? tensor.shape[0]) === tensor.shape[0]) return bufferOf(tensor);
    const facts = { what: 'the checkpoint lacks a tensor', expected: `${dtype} [${length ?? 'n'}]`, got };
    throw invalid(`${where}, ${name}`, facts);
  };
  const testLosses = new Float64Array(vectorOf('testLosses', 'F64', epochs.length));
  return {
    ...rest,
    samplerSeed: samplerSeed === undefined ? undefined : BigInt(samplerSeed),
    parameters: unprefixed(tensors, 'model.', where),
    optimizer: { stepCount, buffers: unprefixed(tensors, 'optimizer.', where) },
    generator: { words: new Uint32Array(vectorOf('generator', 'U32', Mt19937.WORDS)), drawn },
    losses: [...new Float32Array(vectorOf('losses', 'F32'))],
    epochs: epochs.map((epoch, i) => ({ ...epoch, testLoss: testLosses[i] })),
  };
}

/** Whether a file with tensors of these names is a checkpoint: they are what a run needs, beside its model, to go on. */
export function isCheckpoint(tensors: readonly { readonly name: string }[]): boolean {
  const names = new Set(tensors.map(({ name }) => name));
  return ['generator', 'losses', 'testLosses', 'sha256'].every((name) => names.has(name));
}

/** What goes into the header. Numbers that may be NaN or infinite, which JSON cannot say, are tensors instead. */
type SavedState = Pick<
  Checkpoint,
  'run' | 'initialWeightsSha256' | 'logitsSha256' | 'startedAt' | 'elapsedMs'
> & {
  readonly stepCount: number;
  readonly drawn: number;
  readonly epochs: readonly Omit<EpochRecord, 'testLoss'>[];
  /** In decimal: it has up to 63 bits. */
  readonly samplerSeed?: string;
};

const SCHEMA = schemaOf<SavedState>('checkpoint', 'checkpoint-invalid');

function withoutTestLoss({ testLoss: _, ...rest }: EpochRecord): Omit<EpochRecord, 'testLoss'> {
  return rest;
}

function prefixed(prefix: string): (tensor: NamedTensor) => Tensor {
  return ({ name, shape, data }) => ({ name: prefix + name, shape, data });
}

function unprefixed(tensors: readonly FileTensor[], prefix: string, where: string): NamedTensor[] {
  return tensors
    .filter(({ name }) => name.startsWith(prefix))
    .map((tensor) => {
      const { name, shape, dtype } = tensor;
      if (dtype === 'F32') {
        return { name: name.slice(prefix.length), shape, data: new Float32Array(bufferOf(tensor)) };
      }
      const what = 'a tensor of the checkpoint has another type';
      throw invalid(`${where}, ${quoted(name)}`, { what, expected: 'F32', got: dtype });
    });
}

/** A copy, which begins where every type of array can. */
function bufferOf({ bytes }: FileTensor): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function vector(name: string, data: Tensor['data']): Tensor {
  return { name, shape: [data.length], data };
}
