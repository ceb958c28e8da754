import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError } from '../base/errors';
import { readTextOrFail } from '../base/files';
import type { Side } from '../judge/compare';
import { readLenientLog, type LenientRun } from '../logs/pytorchExample/read';
import { parseRunRecord, type RunRecord } from '../run/record';

/** What a file on the command line holds: a run record, or the runs of a log. A run's folder stands for its record. */
export async function readRuns(path: string): Promise<{ record: RunRecord } | { logs: LenientRun[] }> {
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false, // the attempt to read says it better
  );
  const file = isFolder ? join(path, 'run.json') : path;
  const text = await readTextOrFail(file).catch((error: unknown) => {
    throw isFolder ? withoutRecord(path, error) : error;
  });
  if (!text.trimStart().startsWith('{')) return { logs: readLenientLog(text, file) };
  try {
    return { record: parseRunRecord(text, file) };
  } catch (error) {
    throw asRecord(error);
  }
}

/** The user named the folder, and not the file that it stands for. */
function withoutRecord(folder: string, error: unknown): unknown {
  if (!(error instanceof AssayError) || error.code !== 'file-not-found') return error;
  const facts = {
    what: 'the folder is not that of a finished run',
    where: folder,
    expected: 'run.json in it',
    hint: 'give a log, a run.json, or the folder of a run',
  };
  return new AssayError(error.code, facts, { cause: error });
}

/** The user may not know that a file was taken for a record, as all JSON is. */
function asRecord(error: unknown): unknown {
  if (!(error instanceof AssayError) || error.code !== 'record-invalid') return error;
  const what = `not a valid run.json: ${error.facts.what}`;
  return new AssayError(error.code, { ...error.facts, what }, { cause: error });
}

/**
 * The one run of a file.
 *
 * @throws AssayError `log-syntax` when it holds several, or lines that are cut or misprinted, beside what `readRuns` throws.
 */
export async function readSide(path: string): Promise<Side> {
  const read = await readRuns(path);
  if ('record' in read) return read;
  const [log] = read.logs;
  if (read.logs.length > 1) {
    const got = `${read.logs.length}, starting in lines ${read.logs.map(({ firstLine }) => firstLine).join(', ')}`;
    throw new AssayError('log-syntax', {
      what: 'several runs in one log',
      where: path,
      expected: 'one run',
      got,
    });
  }
  const fault = log.faults[0];
  if (fault === undefined) return { log };
  const where = `${path}, line ${fault.line}`;
  throw new AssayError('log-syntax', {
    what: 'not a log in the format of the report',
    where,
    got: fault.message,
  });
}

/**
 * The record of a file or of a run's folder.
 *
 * @throws AssayError `record-invalid` when the file is a log, beside what `readRuns` throws.
 */
export async function readRecord(path: string): Promise<RunRecord> {
  const read = await readRuns(path);
  if ('record' in read) return read.record;
  const got = 'a log, which is rounded and does not say how it was made';
  throw new AssayError('record-invalid', {
    what: 'not a record of a run',
    where: path,
    expected: 'run.json',
    got,
  });
}
