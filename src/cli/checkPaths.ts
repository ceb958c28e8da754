import { AssayError } from '../base/errors';
import {
  checkLogs,
  CHECKS,
  withCheck,
  type Check,
  type CheckName,
  type GivenRun,
  type LogJudgement,
  type References,
} from '../judge/check';
import { checkSequentially, type SequenceJudgement } from '../judge/check/sequentially';
import { checkTogether, type TogetherJudgement } from '../judge/check/together';
import { readStoredBands } from '../judge/stored/bands';
import { readEnsembleOfBands } from '../judge/stored/ensembleOfBands';
import type { JudgedSubject } from '../report/judged';
import { subjectOfLog, subjectOfSequence, subjectOfTogether } from '../report/logSubject';
import type { Conditions, Run } from '../run/run';
import type { Study } from '../study/types';
import { readRuns } from './input';
import type { OpenedStudy } from './study';

/** What `assay check` makes of logs and records by a study, in a terminal and in a browser. */
export interface CheckedPaths {
  /** Every run that was read. */
  readonly runs: readonly Run[];
  /** Of each of the runs. */
  readonly judged: readonly (LogJudgement & { readonly path: string })[];
  readonly together: readonly TogetherJudgement[];
  readonly sequences: readonly SequenceJudgement[];
  readonly unread: readonly UnreadPath[];
  /** There are several runs of a setting, and nothing to judge them together by. */
  readonly isEachAlone: boolean;
  readonly references: References;
}

interface UnreadPath {
  readonly path: string;
  readonly error: AssayError;
}

/**
 * Judges the runs of logs and records, each alone and those of a setting together.
 *
 * @param conditions of all of them
 * @param only these checks; left out, all that the study can be asked for
 * @param sequential the runs of a setting one after the other, rather than all at once
 * @param pair holds each run against another one, and makes a check of that
 * @throws AssayError what reading the study's bands and ensemble throws; `usage` with `sequential` and no ensemble
 */
export async function checkPaths(
  paths: readonly string[],
  opened: OpenedStudy,
  {
    conditions,
    data,
    only,
    sequential = false,
    pair,
  }: {
    readonly conditions?: Conditions;
    readonly data?: string;
    readonly only?: readonly CheckName[];
    readonly sequential?: boolean;
    readonly pair?: (runs: readonly GivenRun[]) => Promise<readonly Check[]>;
  } = {},
): Promise<CheckedPaths> {
  const { study, experiment } = opened;
  const dataName = data ?? experiment?.data.name;
  const bands = await readStoredBands(study, dataName);
  const read = await readAll(paths, opened);
  const runs = read.flatMap((of) => ('runs' in of ? of.runs : []));
  const ensemble =
    bands === undefined || runs.length === 0
      ? undefined
      : await readEnsembleOfBands(study, experiment, dataName, bands);
  const references = { study, experiment, bands, dataName, ours: ensemble };
  if (sequential && ensemble === undefined) throw noEnsemble(study);
  const given = runs.map((run) => ({ run, conditions }));
  const alone = checkLogs(given, { ...references, only });
  const ofRuns = [runs, alone, references] as const;
  const { judgements, sequences } =
    sequential && ensemble !== undefined
      ? checkSequentially(...ofRuns, ensemble)
      : { judgements: alone, sequences: [] };
  const paired = await pair?.(alone.map(({ conditions }, i) => ({ run: runs[i], conditions })));
  const judged = judgements.map((judgement, i) => ({
    path: runs[i].source.path,
    ...(paired === undefined ? judgement : withCheck(judgement, paired[i])),
  }));
  const areSeveral =
    !sequential && judged.some(({ together }) => together > 1) && (only ?? CHECKS).includes('bands');
  return {
    ...{ runs, judged, references },
    together: areSeveral && ensemble ? checkTogether(...ofRuns, ensemble) : [],
    sequences,
    unread: read.flatMap((of) => ('error' in of ? [of] : [])),
    isEachAlone: areSeveral && ensemble === undefined,
  };
}

/** As `--json` prints it. */
export function jsonOf({ judged, together, sequences, unread }: CheckedPaths): unknown[] {
  return [
    ...judged,
    ...together.map((judgement) => {
      const { of, conditions, verdict, runs, ensemble, pValue, level, choices, isExact } = judgement;
      const paths = of.map((i) => judged[i].path);
      const { checks } = subjectOfTogether(judgement);
      return { paths, conditions, verdict, runs, ensemble, pValue, level, choices, isExact, checks };
    }),
    ...sequences.map((judgement) => {
      const { of, conditions, verdict, ensemble, level, looks, enough } = judgement;
      const paths = of.map((i) => judged[i].path);
      const { checks } = subjectOfSequence(judgement);
      return { paths, conditions, verdict, ensemble, level, looks, enough, checks };
    }),
    ...unread.map(({ path, error }) => ({ path, error: { code: error.code, ...error.facts } })),
  ];
}

/** As reports show it. */
export function subjectsOf({ judged, together, sequences, unread }: CheckedPaths): JudgedSubject[] {
  return [
    ...judged.map((judgement) => subjectOfLog(judgement.path, judgement)),
    ...together.map(subjectOfTogether),
    ...sequences.map(subjectOfSequence),
    ...unread.map(({ path, error }) => unreadSubject(path, error)),
  ];
}

type Read =
  | { readonly path: string; readonly runs: readonly Run[] }
  | { readonly path: string; readonly error: AssayError };

function noEnsemble({ name, golden }: Study): AssayError {
  return new AssayError('usage', {
    what: 'runs are judged one after the other by the runs that the bands were made of, which are not there',
    where: golden,
    expected: `bands of the study ${name}, with the runs that they were made of`,
    hint: 'make them: assay bands',
  });
}

/** One that cannot be read does not hide what the others come to. */
async function readAll(paths: readonly string[], opened: OpenedStudy): Promise<Read[]> {
  const read: Read[] = [];
  for (const path of paths) {
    try {
      read.push({ path, runs: await readRuns(path, opened) });
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      read.push({ path, error });
    }
  }
  return read;
}

/** What is said of it beside the others. */
function unreadSubject(path: string, { code, facts }: AssayError): JudgedSubject {
  const { what, expected, got } = facts;
  const message = [
    what,
    ...(expected === undefined ? [] : [`expected ${expected}`]),
    ...(got === undefined ? [] : [`got ${got}`]),
  ];
  const findings = [{ rule: code, message: message.join(', ') }];
  return { name: path, file: path, verdict: 'fail', checks: [{ name: 'read', verdict: 'fail', findings }] };
}
