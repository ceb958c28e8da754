import { AssayError } from '../base/errors';
import { inSchemaOrder } from '../base/schemaOrder';
import type { Rng } from '../experiment/rng';
import { schemaOf } from '../base/schema';
import type { Experiment, OptimizerSpec } from '../experiment/types';

/**
 * `run.json`: a run at full precision. Everything but `environment` follows from spec, data, learning rate, seed, plan and, where
 * they were loaded, initial weights: it is the same on every machine, and for every bitwise engine but for the engine's name.
 */
export interface RunRecord {
  /** What is promised of another run with the same spec, data, learning rate, seed and plan: to be equal, or near. */
  readonly tier: 'bitwise' | 'within tolerance';
  readonly engine: 'reference' | 'native' | 'wasm' | 'tfjs';
  readonly spec: { readonly name: string; readonly sha256: string };
  readonly data: {
    readonly name: string;
    readonly sha256: string;
    readonly trainCount: number;
    readonly testCount: number;
  };
  readonly optimizer: OptimizerSpec;
  /** Absent for the default, `assay`. */
  readonly arithmetic?: 'fused-chain';
  readonly lr: number;
  readonly seed: number;
  readonly rng: Rng;
  readonly plan: {
    readonly epochs: number;
    /** The run was asked to stop after this many steps in all, even within an epoch. */
    readonly untilStep?: number;
  };
  /** The file that the initial weights were loaded from; absent when they were drawn from the seed. */
  readonly init?: { readonly name: string; readonly sha256: string };
  readonly initialWeightsSha256: string;
  /** Mean loss of each batch, in order, float32. */
  readonly losses: readonly number[];
  /** The epochs that were finished and evaluated. */
  readonly epochs: readonly EpochRecord[];
  /** Of the weights after the last step. */
  readonly finalWeightsSha256: string;
  /** Of the logits of the test set after the last of `epochs`, float32 [testCount, classes]; absent when there is none. */
  readonly logitsSha256?: string;
  readonly environment: Environment;
}

export interface EpochRecord {
  /** 1-based. */
  readonly epoch: number;
  /** Mean over the test set. */
  readonly testLoss: number;
  readonly correctCount: number;
  readonly testCount: number;
  readonly weightsSha256: string;
}

/** Of assay, and of the runtime that it ran on: `node`, `bun` or `deno`. */
export interface Versions {
  readonly assay: string;
  readonly node?: string;
  readonly bun?: string;
  readonly deno?: string;
  /** Of Node and Deno. */
  readonly v8?: string;
}

/** What the results of a bitwise engine must not depend on. */
export interface Environment {
  readonly threads: number;
  /** Floats per vector, for the engine that chooses it by the processor. */
  readonly vectorWidth?: number;
  readonly versions: Versions;
  /** The backend of the engine tfjs, on which its results do depend. */
  readonly backend?: { readonly name: 'tensorflow' | 'wasm'; readonly version: string };
  /** As `process.platform` and `process.arch`. */
  readonly platform: string;
  readonly arch: string;
  readonly cpu: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly elapsedMs: number;
}

const schema = schemaOf<EncodedRecord>('run', 'record-invalid');

/** Whether a text looks like a `run.json`: other trainers write JSON, too. */
export function isRecordText(text: string): boolean {
  return text.trimStart().startsWith('{') && /"(tier|engine|spec)"\s*:/.test(text.slice(0, 1 << 12));
}

/**
 * A record from the text of a `run.json`.
 *
 * @param where names the text in messages: usually its path.
 * @throws AssayError `json-syntax`; `record-invalid` naming the JSON path.
 */
export function parseRunRecord(text: string, where: string): RunRecord {
  const encoded = schema.parse(text, where);
  const record = {
    ...encoded,
    losses: encoded.losses.map(Number),
    epochs: encoded.epochs.map((epoch) => ({ ...epoch, testLoss: Number(epoch.testLoss) })),
  };
  checkConsistent(record, where);
  return record;
}

/** The text of a `run.json`: equal records have equal texts, whatever the order of their keys. */
export function serializeRunRecord(record: RunRecord): string {
  const encoded: EncodedRecord = {
    ...record,
    losses: record.losses.map(encodeNumber),
    epochs: record.epochs.map((epoch) => ({ ...epoch, testLoss: encodeNumber(epoch.testLoss) })),
  };
  return `${JSON.stringify(inSchemaOrder('run', encoded), null, 2)}\n`;
}

/** JSON has no NaN and no infinity, and `JSON.stringify` drops the sign of −0: they are written as strings. */
export type EncodedNumber = number | 'NaN' | 'Infinity' | '-Infinity' | '-0';

type EncodedRecord = Omit<RunRecord, 'losses' | 'epochs'> & {
  readonly losses: readonly EncodedNumber[];
  readonly epochs: readonly (Omit<EpochRecord, 'testLoss'> & { readonly testLoss: EncodedNumber })[];
};

export function encodeNumber(value: number): EncodedNumber {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : (String(value) as EncodedNumber);
}

/**
 * Checks that a record is one of this very experiment.
 *
 * @throws AssayError `record-invalid`
 */
export function checkIsOf({ spec }: RunRecord, { name, sha256 }: Experiment): void {
  if (spec.sha256 === sha256) return;
  throw new AssayError('record-invalid', {
    what: `the record is not one of the experiment ${name}`,
    where: 'spec.sha256',
    expected: sha256,
    got: spec.sha256,
    hint: `give the study of its experiment, ${spec.name}, with --study`,
  });
}

/** In percent. */
export function accuracyOf({
  correctCount,
  testCount,
}: Pick<EpochRecord, 'correctCount' | 'testCount'>): number {
  return (100 * correctCount) / testCount;
}

/** What a schema cannot say. */
function checkConsistent({ data, plan, losses, epochs, ...record }: RunRecord, where: string): void {
  const check = (holds: boolean, path: string, expected: string, got: unknown): void => {
    if (holds) return;
    const facts = {
      what: 'the record contradicts itself',
      where: `${where}, ${path}`,
      expected,
      got: String(got),
    };
    throw new AssayError('record-invalid', facts);
  };
  for (const [index, loss] of losses.entries()) {
    check(Object.is(Math.fround(loss), loss), `losses[${index}]`, 'a float32 value in full precision', loss);
  }
  for (const [index, { epoch, correctCount, testCount }] of epochs.entries()) {
    const path = `epochs[${index}]`;
    check(epoch === index + 1, `${path}.epoch`, String(index + 1), epoch);
    check(testCount === data.testCount, `${path}.testCount`, `data.testCount, ${data.testCount}`, testCount);
    check(correctCount <= testCount, `${path}.correctCount`, `at most testCount, ${testCount}`, correctCount);
  }
  if (plan.untilStep === undefined) {
    check(epochs.length === plan.epochs, 'epochs', `${plan.epochs}, as plan.epochs says`, epochs.length);
    const last = epochs.at(-1)?.weightsSha256;
    check(
      record.finalWeightsSha256 === last,
      'finalWeightsSha256',
      `that of the last epoch, ${last}`,
      record.finalWeightsSha256,
    );
  } else {
    check(
      epochs.length <= plan.epochs,
      'epochs',
      `at most ${plan.epochs}, as plan.epochs says`,
      epochs.length,
    );
    check(
      losses.length <= plan.untilStep,
      'losses',
      `at most ${plan.untilStep}, as plan.untilStep says`,
      losses.length,
    );
  }
  const evaluated = epochs.length > 0;
  const expected = evaluated
    ? 'a digest, as there are evaluated epochs'
    : 'no digest, as there is no evaluated epoch';
  check(
    (record.logitsSha256 !== undefined) === evaluated,
    'logitsSha256',
    expected,
    record.logitsSha256 ?? 'nothing',
  );
}
