import { AssayError } from '../base/errors';
import type { Experiment } from '../experiment/types';
import type { Side } from '../judge/compare';
import { ofStudy, readSettings, readSource } from '../logs';
import { checkIsOf, isRecordText, parseRunRecord, type RunRecord } from '../run/record';
import { runOfRecord } from '../run/recordedRun';
import type { Run } from '../run/run';
import type { Study } from '../study/types';

/** What the matchers take for a run: the text of a log or of a `run.json`, or a record. */
export type RunSubject = string | RunRecord;

/** What it is read by. */
export interface SubjectReferences {
  readonly study: Study;
  readonly experiment?: Experiment;
}

const WHERE = 'the value given to expect';

/** @throws AssayError `log-syntax` when it is no log of a training run; `json-syntax`, `record-invalid`; `usage` when it is no text at all. */
function readSubject(
  subject: unknown,
  { study, experiment }: SubjectReferences,
): { record: RunRecord } | { runs: Run[] } {
  if (typeof subject === 'string') {
    if (isRecordText(subject)) return { record: parseRunRecord(subject, WHERE) };
    const files = [{ name: WHERE, bytes: new TextEncoder().encode(subject) }];
    const settings = readSettings(study, experiment?.training.batchSize);
    return {
      runs: readSource({ path: WHERE, files, isFolder: false }, settings).map((run) => ofStudy(run, study)),
    };
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

/**
 * The runs in it, or in a list of such; a record as what is judged of it.
 *
 * @throws AssayError `record-invalid` when a record is of another experiment, `usage` for an empty list, beside what reading throws
 */
export function runsOf(subject: unknown, references: SubjectReferences): readonly Run[] {
  if (Array.isArray(subject)) {
    if (subject.length === 0) throw new AssayError('usage', { what: 'a list without a run', where: WHERE });
    return subject.flatMap((one) => runsOf(one, references));
  }
  const read = readSubject(subject, references);
  if ('runs' in read) return read.runs;
  const { study, experiment } = references;
  if (experiment === undefined) {
    throw new AssayError('usage', {
      what: `a record of a run, and the study ${study.name} has no experiment`,
      where: WHERE,
      expected: 'the study of its experiment',
    });
  }
  checkIsOf(read.record, experiment);
  return [runOfRecord(read.record, experiment.training, WHERE)];
}

/** @throws AssayError `log-syntax` when there are several runs in it, or lines that are misprinted, beside what reading throws. */
export function sideOf(subject: unknown, references: SubjectReferences): Side {
  const read = readSubject(subject, references);
  if ('record' in read) return read;
  const [run, ...others] = read.runs;
  const fault = run.faults.find(({ check }) => check === 'format');
  if (others.length > 0) throw unusable('several runs in one log', `${read.runs.length} runs`);
  if (fault !== undefined)
    throw unusable('a line of the log cannot be read', `line ${fault.line}, ${fault.message}`);
  return { run };
}

function unusable(what: string, got: string): AssayError {
  return new AssayError('log-syntax', { what, where: WHERE, expected: 'one run', got });
}
