import { AssayError } from '../base/errors';
import type { GivenRun } from '../judge/check';
import type { Side } from '../judge/compare';
import { readLenientLog, type LenientRun } from '../logs/pytorchExample/read';
import { parseRunRecord, type RunRecord } from '../run/record';
import { renderLog } from '../logs/pytorchExample/render';
import type { Experiment } from '../experiment/types';

/** What the matchers take for a run: the text of a log or of a `run.json`, or a record. */
export type RunSubject = string | RunRecord;

const WHERE = 'the value given to expect';

/** @throws AssayError `log-syntax` when it is no log of a training run; `json-syntax`, `record-invalid`; `usage` when it is no text at all. */
export function readSubject(subject: unknown): { record: RunRecord } | { logs: LenientRun[] } {
  if (typeof subject === 'string') {
    return subject.trimStart().startsWith('{')
      ? { record: parseRunRecord(subject, WHERE) }
      : { logs: readLenientLog(subject, WHERE) };
  }
  if (typeof subject === 'object' && subject !== null && 'losses' in subject)
    return { record: subject as RunRecord };
  throw new AssayError('usage', {
    what: 'not a run',
    where: WHERE,
    expected: 'the text of a log or of a run.json, or a record',
    got: subject === null ? 'null' : typeof subject,
  });
}

/** A record is judged by the log that it prints, and held against bands at full precision. */
export function logsOf(subject: unknown, experiment: Experiment): GivenRun[] {
  const read = readSubject(subject);
  if ('logs' in read) return read.logs.map((run) => ({ run }));
  const { record } = read;
  return readLenientLog(renderLog(record, experiment), WHERE).map((run) => ({ run, record }));
}

/** @throws AssayError `log-syntax` when there are several runs in it, or lines that are misprinted, beside what `readSubject` throws. */
export function sideOf(subject: unknown): Side {
  const read = readSubject(subject);
  if ('record' in read) return read;
  const [log, ...others] = read.logs;
  const [fault] = log.faults;
  if (others.length > 0) throw unusable('several runs in one log', `${read.logs.length} runs`);
  if (fault !== undefined)
    throw unusable('a line of the log is misprinted', `line ${fault.line}, ${fault.message}`);
  return { log };
}

function unusable(what: string, got: string): AssayError {
  return new AssayError('log-syntax', {
    what,
    where: WHERE,
    expected: 'one run in the format of the report',
    got,
  });
}
