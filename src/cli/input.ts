import { AssayError } from '../base/errors';
import { MOST_TEXT_BYTES } from '../base/files';
import { looksLikeLog, ofStudy, readSettings, readSource, type LogSource } from '../logs';
import { openSource } from '../logs/source';
import type { Side } from '../judge/compare';
import { checkIsOf, isRecordText, parseRunRecord, type RunRecord } from '../run/record';
import { runOfRecord } from '../run/recordedRun';
import type { Run } from '../run/run';
import type { Study } from '../study/types';
import type { OpenedStudy } from './study';

/** What a path on the command line holds: a run record, or the runs of a log. A run's folder stands for its record. */
export type Input = { readonly record: RunRecord } | { readonly runs: readonly Run[] };

const RECORD = 'run.json';

/** @throws AssayError `file-not-found`, `file-unreadable`; `json-syntax`, `record-invalid`; `log-syntax` */
export async function readInput(path: string, { study, experiment }: OpenedStudy): Promise<Input> {
  const source = path === '-' ? await standardInput() : await openSource(path);
  const record = recordIn(source);
  if (record !== undefined) return { record };
  const settings = readSettings(study, experiment?.training.batchSize);
  const runs = readForStudy(source, study, () => readSource(source, settings));
  return { runs: runs.map((run) => ofStudy(run, study)) };
}

/**
 * What `read` makes of a log. Where nobody named a study and the one that comes with assay cannot read it, the error says how to make one.
 *
 * @throws AssayError what `read` throws
 */
export function readForStudy<T>(
  source: LogSource,
  { isDefault }: Pick<Study, 'isDefault'>,
  read: () => T,
): T {
  try {
    return read();
  } catch (error) {
    const isOfOthers =
      isDefault && error instanceof AssayError && error.code === 'log-syntax' && looksLikeLog(source);
    if (!isOfOthers) throw error;
    const hint = 'there is no study for it here: make one with assay init LOGS…, or name one with --study';
    throw new AssayError(error.code, { ...error.facts, hint }, { cause: error });
  }
}

/** What another program prints, up to its end. */
async function standardInput(): Promise<LogSource> {
  const path = 'standard input';
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MOST_TEXT_BYTES)
      throw new AssayError('file-unreadable', {
        what: 'the input is too large',
        where: path,
        expected: `at most ${MOST_TEXT_BYTES} bytes`,
      });
  }
  return { path, isFolder: false, files: [{ name: path, bytes: Buffer.concat(chunks) }] };
}

/** The runs of a path, a record as what is judged of it. */
export async function readRuns(path: string, opened: OpenedStudy): Promise<readonly Run[]> {
  const input = await readInput(path, opened);
  if ('runs' in input) return input.runs;
  const { experiment } = opened;
  if (experiment === undefined) throw noExperiment(path, opened);
  checkIsOf(input.record, experiment);
  return [runOfRecord(input.record, experiment.training, path)];
}

function noExperiment(path: string, { study }: OpenedStudy): AssayError {
  return new AssayError('usage', {
    what: `a record of a run, and the study ${study.name} has no experiment`,
    where: path,
    hint: 'give the study of its experiment with --study',
  });
}

/** Of a file that is JSON with the keys of a record, or of a folder with such a file. */
function recordIn({ path, files, isFolder }: LogSource): RunRecord | undefined {
  const file = isFolder ? files.find(({ name }) => name === RECORD) : files[0];
  if (file === undefined) return undefined;
  const start = new TextDecoder().decode(file.bytes.subarray(0, 1 << 12));
  if (!isFolder && !isRecordText(start)) return undefined;
  const where = isFolder ? `${path}/${RECORD}` : path;
  try {
    return parseRunRecord(new TextDecoder().decode(file.bytes), where);
  } catch (error) {
    throw asRecord(error);
  }
}

/** The user may not know that a file was taken for a record. */
function asRecord(error: unknown): unknown {
  if (!(error instanceof AssayError) || error.code !== 'record-invalid') return error;
  const what = `not a valid run.json: ${error.facts.what}`;
  return new AssayError(error.code, { ...error.facts, what }, { cause: error });
}

/**
 * The one run of a path.
 *
 * @throws AssayError `log-syntax` when it holds several, or lines that are cut or misprinted, beside what `readInput` throws.
 */
export async function readSide(path: string, opened: OpenedStudy): Promise<Side> {
  const input = await readInput(path, opened);
  return 'record' in input ? input : { run: onlyRun(input.runs, path) };
}

/** @throws AssayError `log-syntax` */
export function onlyRun(runs: readonly Run[], where: string): Run {
  const [run] = runs;
  if (runs.length > 1) {
    const got = `${runs.length}, starting in lines ${runs.map(({ source }) => source.line).join(', ')}`;
    throw new AssayError('log-syntax', { what: 'several runs in one log', where, expected: 'one run', got });
  }
  const fault = run.faults.find(({ check }) => check === 'format');
  if (fault === undefined) return run;
  throw new AssayError('log-syntax', {
    what: 'a line that cannot be read',
    where: fault.line === undefined ? where : `${where}, line ${fault.line}`,
    got: fault.message,
  });
}

/**
 * The record of a file or of a run's folder.
 *
 * @throws AssayError `record-invalid` when it is a log, or a folder without a record, beside `file-not-found`, `file-unreadable`.
 */
export async function readRecord(path: string): Promise<RunRecord> {
  const record = recordIn(await openSource(path));
  if (record !== undefined) return record;
  throw new AssayError('record-invalid', {
    what: 'not a record of a run',
    where: path,
    expected: 'run.json, or a folder with it',
    got: 'a log, which is rounded and does not say how it was made, or something else',
  });
}
