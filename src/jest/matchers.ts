import { comparisonLines } from '../report/text/comparison';
import type { Bands } from '../judge/bands';
import { CHECKS, checkLogs, type LogJudgement } from '../judge/check';
import { checkTogether } from '../judge/check/together';
import { compareRuns, type Tolerance } from '../judge/compare';
import { readStoredBands } from '../judge/stored/bands';
import { readEnsembleOfBands } from '../judge/stored/ensembleOfBands';
import { worstOf, type Verdict } from '../judge/verdict';
import type { JudgedSubject } from '../report/judged';
import { subjectOfLog, subjectOfTogether } from '../report/logSubject';
import { judgementText } from '../report/text/judgement';
import { loadExperiment } from '../experiment/load';
import type { Conditions } from '../run/run';
import { findStudy } from '../study/find';
import type { StudyOptions } from './golden';
import { runsOf, sideOf, type RunSubject, type SubjectReferences } from './subject';

export interface SpecOptions extends StudyOptions {
  /** Name of the data set that the log should be of; default: the experiment's. */
  readonly data?: string;
}

export interface BandsOptions extends SpecOptions {
  /** Those that a log does not state; default: those of the band that fits best. */
  readonly conditions?: Conditions;
  /** Default: those of the study for that data set. */
  readonly bands?: Bands;
}

export interface GoldenOptions extends SpecOptions {
  /** Default: only rounding for a log may hide a difference. */
  readonly tolerance?: Tolerance;
}

interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** What jest calls them with. */
interface MatcherContext {
  readonly isNot?: boolean;
}

/** For `expect.extend`, where importing `assay/jest` does not do it: where jest's globals are not injected. */
export const matchers = {
  /** Every run in it holds by its format, its arithmetic and its protocol, and is one of the experiment (docs/check.md). */
  async toMeetSpec(
    this: MatcherContext,
    received: unknown,
    { study, data }: SpecOptions = {},
  ): Promise<MatcherResult> {
    const opened = await openStudy(study);
    const only = CHECKS.filter((name) => name !== 'bands');
    const runs = runsOf(received, opened).map((run) => ({ run }));
    const judged = checkLogs(runs, { ...opened, dataName: data, only });
    return resultOf(this, 'toMeetSpec', 'meet the spec', judged.map(subjectOf));
  },

  /**
   * Every run in it, or in a list, lies in the band of its conditions; several of one setting are also like the runs of the bands together,
   * where these are kept. Without bands to judge by it fails, and so does its `.not`.
   */
  async toBeWithinBands(
    this: MatcherContext,
    received: unknown,
    { study: folder, conditions, data, bands: given }: BandsOptions = {},
  ): Promise<MatcherResult> {
    const opened = await openStudy(folder);
    const { study, experiment } = opened;
    const dataName = data ?? given?.data?.name ?? experiment?.data.name;
    const bands = given ?? (await readStoredBands(study, dataName));
    const references = { ...opened, dataName, bands };
    const runs = runsOf(received, opened);
    const judged = checkLogs(
      runs.map((run) => ({ run, conditions })),
      { ...references, only: ['bands'] },
    );
    const areSeveral = judged.some(({ together }) => together > 1);
    const ensemble =
      bands && areSeveral ? await readEnsembleOfBands(study, experiment, dataName, bands) : undefined;
    const together = ensemble === undefined ? [] : checkTogether(runs, judged, references, ensemble);
    const subjects = [...judged.map(subjectOf), ...together.map(subjectOfTogether)];
    return resultOf(this, 'toBeWithinBands', 'be within the bands', subjects);
  },

  /** The run is the golden one: on bits for two records of engines that promise them, else as printed or within the tolerance. */
  async toMatchGoldenRun(
    this: MatcherContext,
    received: unknown,
    golden: RunSubject,
    { study, tolerance }: GoldenOptions = {},
  ): Promise<MatcherResult> {
    const opened = await openStudy(study);
    const comparison = compareRuns(sideOf(golden, opened), sideOf(received, opened), opened, tolerance);
    const text = `A is the golden run, B the received one\n${comparisonLines(comparison).join('\n')}\n`;
    return result(this, 'toMatchGoldenRun', 'match the golden run', text, comparison.verdict);
  },
};

async function openStudy(folder: string | undefined): Promise<SubjectReferences> {
  const study = await findStudy(folder);
  return study.experiment === undefined
    ? { study }
    : { study, experiment: await loadExperiment(study.experiment) };
}

function subjectOf(judgement: LogJudgement): JudgedSubject {
  return subjectOfLog('log', judgement);
}

function resultOf(
  context: MatcherContext,
  matcher: string,
  what: string,
  judged: readonly JudgedSubject[],
): MatcherResult {
  const text = judged.map((subject) => judgementText(subject)).join('\n');
  return result(context, matcher, what, text, worstOf(judged.map(({ verdict }) => verdict)));
}

/** What could not be judged is neither so nor not so: it fails either way. */
function result(
  { isNot = false }: MatcherContext,
  matcher: string,
  what: string,
  text: string,
  verdict: Verdict,
): MatcherResult {
  const isDecided = verdict === 'pass' || verdict === 'fail';
  const wanted = isDecided
    ? `the run ${isNot ? 'not ' : ''}to ${what}`
    : `a run that can be judged: ${verdict}`;
  const call = `expect(run)${isNot ? '.not' : ''}.${matcher}()`;
  return {
    pass: isDecided ? verdict === 'pass' : isNot,
    message: () => `${call}\n\nexpected ${wanted}\n\n${text}`,
  };
}
