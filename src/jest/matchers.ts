import { join } from 'node:path';
import { comparisonLines } from '../cli/comparisonText';
import type { Bands } from '../judge/bands';
import { checkLog, type Check, type LogJudgement } from '../judge/check';
import { compareRuns, type Tolerance } from '../judge/compare';
import { readStoredBands } from '../judge/storedBands';
import type { Verdict } from '../judge/verdict';
import { subjectOfLog } from '../report/logSubject';
import { judgementText } from '../report/text';
import { loadExperiment } from '../spec/load';
import type { Experiment } from '../spec/types';
import { logsOf, sideOf, type RunSubject } from './subject';

const DEFAULT_SPEC = join(__dirname, '../../spec/digit-classifier.json');

export interface SpecOptions {
  /** Path of the experiment; default: the reported one, `spec/digit-classifier.json`. */
  readonly spec?: string;
}

export interface BandsOptions extends SpecOptions {
  /** Which a log does not state; default: that of the band that fits best. */
  readonly lr?: number;
  /** Default: those that come with assay for the data set of the log. */
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

/** Checks that need bands. */
const BY_BANDS: ReadonlySet<Check['name']> = new Set(['bands', 'losses']);

/** What jest calls them with. */
interface MatcherContext {
  readonly isNot?: boolean;
}

/** For `expect.extend`, where importing `assay/jest` does not do it: where jest's globals are not injected. */
export const matchers = {
  /** Every run in it holds by its format, its arithmetic and its protocol (docs/audit.md). */
  async toMeetSpec(
    this: MatcherContext,
    received: unknown,
    { spec = DEFAULT_SPEC }: SpecOptions = {},
  ): Promise<MatcherResult> {
    const experiment = await loadExperiment(spec);
    const judged = logsOf(received, experiment).map(({ run, lr }) => {
      const judgement = checkLog(run, experiment, { lr });
      return { ...judgement, checks: judgement.checks.filter(({ name }) => !BY_BANDS.has(name)) };
    });
    return resultOf(this, 'toMeetSpec', 'meet the spec', judged, worst(judged.map(({ verdict }) => verdict)));
  },

  /** The tests and the losses of every run in it lie in the bands of its learning rate. Without bands to judge by it fails, and so does its `.not`. */
  async toBeWithinBands(
    this: MatcherContext,
    received: unknown,
    { spec = DEFAULT_SPEC, lr, bands }: BandsOptions = {},
  ): Promise<MatcherResult> {
    const experiment = await loadExperiment(spec);
    const judged: LogJudgement[] = [];
    for (const { run, lr: recordedLr } of logsOf(received, experiment)) {
      const own = bands ?? (await readStoredBands(run.dataSet ?? experiment.data.name));
      const judgement = checkLog(run, experiment, { lr: lr ?? recordedLr, bands: own });
      judged.push({ ...judgement, checks: judgement.checks.filter(({ name }) => BY_BANDS.has(name)) });
    }
    const verdicts = judged.flatMap(({ checks }) => checks.map(({ verdict }) => verdict));
    return resultOf(this, 'toBeWithinBands', 'be within the bands', judged, worst(verdicts));
  },

  /** The run is the golden one: on bits for two records of engines that promise them, else as printed or within the tolerance. */
  async toMatchGoldenRun(
    this: MatcherContext,
    received: unknown,
    golden: RunSubject,
    { spec = DEFAULT_SPEC, tolerance }: GoldenOptions = {},
  ): Promise<MatcherResult> {
    const experiment: Experiment = await loadExperiment(spec);
    const comparison = compareRuns(sideOf(golden), sideOf(received), experiment, tolerance);
    const text = `A is the golden run, B the received one\n${comparisonLines(comparison).join('\n')}\n`;
    return result(this, 'toMatchGoldenRun', 'match the golden run', text, comparison.verdict);
  },
};

function worst(verdicts: readonly Verdict[]): Verdict {
  return (
    verdicts.find((verdict) => verdict === 'fail') ?? verdicts.find((verdict) => verdict !== 'pass') ?? 'pass'
  );
}

function resultOf(
  context: MatcherContext,
  matcher: string,
  what: string,
  judged: readonly LogJudgement[],
  verdict: Verdict,
): MatcherResult {
  const text = judged
    .map((judgement) => judgementText(subjectOfLog('log', { ...judgement, verdict })))
    .join('\n');
  return result(context, matcher, what, text, verdict);
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
