import { sha256Of } from '../base/sha256';
import { canonicalJson } from '../base/canonical';
import { schemaOf } from '../base/schema';
import type { Experiment } from '../experiment/types';
import { encodeNumber, type EncodedNumber, type EpochRecord, type RunRecord } from './record';

/** A run's line in an ensemble, as JSON has it: numbers that JSON lacks are strings. */
export interface EncodedEnsembleRun {
  readonly lr: number;
  readonly seed: number;
  readonly initialWeightsSha256: string;
  /** Of the losses of all steps, as little-endian float64. */
  readonly lossesSha256: string;
  /** Those that the log prints. */
  readonly loggedLosses: readonly EncodedNumber[];
  readonly epochs: readonly (Omit<EpochRecord, 'testLoss'> & { readonly testLoss: EncodedNumber })[];
  readonly finalWeightsSha256: string;
  readonly logitsSha256: string;
}

/** What an ensemble keeps of a run of whole epochs. */
export function ensembleRunOf(
  record: RunRecord,
  { batchSize, logInterval }: Pick<Experiment['training'], 'batchSize' | 'logInterval'>,
): EncodedEnsembleRun {
  const { lr, seed, initialWeightsSha256, losses, finalWeightsSha256, logitsSha256, data } = record;
  if (logitsSha256 === undefined) throw new Error('a run without an evaluated epoch');
  const bytes = new DataView(new ArrayBuffer(8 * losses.length));
  losses.forEach((loss, i) => bytes.setFloat64(8 * i, loss, true));
  const stepsPerEpoch = Math.ceil(data.trainCount / batchSize);
  const loggedLosses = losses
    .filter((_, step) => (step % stepsPerEpoch) % logInterval === 0)
    .map(encodeNumber);
  const epochs = record.epochs.map((epoch) => ({ ...epoch, testLoss: encodeNumber(epoch.testLoss) }));
  const lossesSha256 = sha256Of(new Uint8Array(bytes.buffer));
  return {
    ...{ lr, seed, initialWeightsSha256, lossesSha256, loggedLosses, epochs },
    ...{ finalWeightsSha256, logitsSha256 },
  };
}

/** Many runs of an experiment on a data set, with any learning rates and seeds. */
export interface Ensemble {
  readonly experiment: { readonly name: string; readonly sha256: string };
  readonly data: { readonly name: string; readonly sha256: string };
  readonly epochs: number;
  readonly runs: readonly EncodedEnsembleRun[];
}

const header = schemaOf<Omit<Ensemble, 'runs'>>('ensemble', 'ensemble-invalid');
const line = schemaOf<EncodedEnsembleRun>('ensemble-run', 'ensemble-invalid');

/** JSON lines: the header, then a line per run, by learning rate and seed, each once. The same runs have the same text. */
export function serializeEnsemble({ runs, ...rest }: Ensemble): string {
  const byKey = new Map(runs.map((run) => [`${run.lr} ${run.seed}`, run]));
  const ordered = [...byKey.values()].sort((a, b) => a.lr - b.lr || a.seed - b.seed);
  return [rest, ...ordered].map((value) => `${canonicalJson(value)}\n`).join('');
}

/**
 * @param where names the text in messages
 * @throws AssayError `json-syntax`, `ensemble-invalid`
 */
export function parseEnsemble(text: string, where: string): Ensemble {
  const [first, ...rest] = text.trimEnd().split('\n');
  const facts = header.parse(first, `${where}, line 1`);
  return { ...facts, runs: rest.map((run, i) => line.parse(run, `${where}, line ${i + 2}`)) };
}
