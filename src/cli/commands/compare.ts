import { Option, type Command } from '@commander-js/extra-typings';
import { AssayError } from '../../base/errors';
import type { Check } from '../../judge/check';
import type { Comparison, Divergence, Side } from '../../judge/compare';
import type { RunRecord } from '../../run/record';
import { DEFAULT_RNG, rngNameOf } from '../../experiment/rng';
import type { Experiment } from '../../experiment/types';
import type { Run } from '../../run/run';
import { comparisonLines } from '../../report/text/comparison';
import { FoundWanting } from '../failure';
import { printJson } from '../json';
import { nonNegative } from '../numbers';
import { conditionOption, parseConditions } from '../conditions';
import { comparePaired } from '../paired';
import { shellCommand, studyWords } from '../shell';
import { openStudy, studyOption, type OpenedStudy } from '../study';
import { printText } from '../text';
import { jsonOption, threadsOption } from '../training';

/** `assay compare`: the first divergence between two runs. */
export function addCompareCommand(program: Command): void {
  program
    .command('compare')
    .summary('find where two runs first differ')
    .description(
      'find where two runs first differ: run.json, the folder of a run, a log of any trainer, or the trace of a training as B',
    )
    .argument('<A>')
    .argument('<B>')
    .option(
      '--loss-tolerance <share>',
      'how much losses may differ, as a share of the greater one (default: nothing)',
      nonNegative('--loss-tolerance'),
    )
    .option(
      '--accuracy-tolerance <points>',
      'how much accuracies may differ, in percentage points; at least one image (default: nothing)',
      nonNegative('--accuracy-tolerance'),
    )
    .addOption(
      new Option(
        '--paired',
        'both are of one seed, by two implementations: judge their differences by how far rounding was measured to go',
      ).conflicts(['lossTolerance', 'accuracyTolerance']),
    )
    .addOption(conditionOption)
    .addOption(studyOption)
    .addOption(jsonOption)
    .addHelpText(
      'after',
      `
Where they differ, the numbers say whether that looks like rounding, which grows from the last bits, or like a change.
Ends with 0 when the runs agree, and with 1 when they differ or there is nothing to judge them by.

Example:
  $ npx assay compare runs/mine train.log
  $ npx assay compare lr0.001_seed1.log other/lr0.001_seed1.log --paired`,
    )
    .action(async (pathA, pathB, options) => {
      const { lossTolerance, accuracyTolerance, paired, condition = [], study: named, json } = options;
      if (!paired && condition.length > 0)
        throw new AssayError('usage', {
          what: '--condition is about runs of one seed',
          expected: '--paired, too',
        });
      const { compareRuns, runInFull, withSettings } = await import('../../judge/compare/index.js');
      const { readStoredBands } = await import('../../judge/stored/bands.js');
      const { readSide } = await import('../input.js');
      const { compareToTrace, readTrace } = await import('../traced.js');
      const opened = await openStudy(named);
      const { study, experiment } = opened;
      const trace = await readTrace(pathB);
      if (trace !== undefined && experiment !== undefined) {
        await compareToTrace({
          pathA,
          pathB,
          trace,
          experiment,
          threads: threadsOption.defaultValue as number,
          json,
        });
        return;
      }
      const [a, b] = [await readSide(pathA, opened), await readSide(pathB, opened)];
      const isGiven = lossTolerance !== undefined || accuracyTolerance !== undefined;
      const tolerance = isGiven ? { relative: lossTolerance ?? 0, points: accuracyTolerance } : undefined;
      const dataName = dataSetOf(a) ?? dataSetOf(b) ?? experiment?.data.name;
      const bands = await readStoredBands(study, dataName);
      const compared = compareRuns(a, b, { study, experiment, bands, dataName }, tolerance);
      const conditions = parseConditions(condition, study);
      const inFull = (): [Run, Run] => [runInFull(a, experiment), runInFull(b, experiment)];
      const check =
        paired && compared.tier !== undefined
          ? await comparePaired(inFull(), conditions, opened, dataName)
          : undefined;
      const comparison =
        check === undefined ? compared : withSettings({ ...compared, ...asComparison(check) }, inFull());
      const reproduce = reproduceCommands([a, b], comparison.firstDivergence, experiment, named);
      const approve = await approveCommand(comparison, [a, b], opened, named);
      if (json)
        printJson({
          ...{ a: pathA, b: pathB, ...comparison, reproduce },
          ...(check && { findings: check.findings }),
          ...(approve !== undefined && { approve }),
        });
      else {
        const beside = { reproduce, findings: check?.findings, approve };
        printText((colours) => `${comparisonLines(comparison, beside, colours).join('\n')}\n`);
      }
      if (comparison.verdict !== 'pass') throw new FoundWanting();
    });
}

function asComparison({ verdict, reason = '' }: Check): Pick<Comparison, 'tier' | 'verdict' | 'reason'> {
  return { tier: 'paired', verdict, reason };
}

/** What to type where the difference is meant: what B does is to be what later runs are held against. */
async function approveCommand(
  { verdict, tier }: Comparison,
  sides: readonly Side[],
  { study, experiment }: OpenedStudy,
  named: string | undefined,
): Promise<string | undefined> {
  if (verdict === 'pass' || tier === undefined || study.isDefault) return undefined;
  const { runsNeeded } = await import('../../statistics/conformal.js');
  const isOurs = experiment !== undefined && sides.every((side) => 'record' in side);
  return isOurs
    ? `${shellCommand(['npx', 'assay', 'golden', 'record', ...studyWords(named)])} --reason '…'`
    : shellCommand([
        'npx',
        'assay',
        'bands',
        `<logs of ${runsNeeded(study.level)} new runs>`,
        ...studyWords(named),
      ]);
}

/** As a log or a record names it. */
function dataSetOf(side: Side): string | undefined {
  return 'record' in side ? side.record.data.name : side.run.stated.dataName?.value;
}

/** What to type to run up to the divergence again; of a log it is not known how it was made. */
function reproduceCommands(
  sides: readonly Side[],
  divergence: Divergence | undefined,
  experiment: Experiment | undefined,
  study: string | undefined,
): string[] {
  const untilStep = divergence?.untilStep;
  if (untilStep === undefined) return [];
  const records = sides.flatMap((side) => ('record' in side ? [side.record] : []));
  const ofThisSpec = records.filter(({ spec }) => spec.sha256 === experiment?.sha256);
  return [...new Set(ofThisSpec.map((record) => runCommand(record, untilStep, study)))];
}

function runCommand(record: RunRecord, untilStep: number, study: string | undefined): string {
  const { lr, seed, rng, data, engine, plan, init } = record;
  const words = ['npx', 'assay', 'run', '--lr', String(lr), '--seed', String(seed), '--engine', engine];
  if (rng !== DEFAULT_RNG) words.push('--rng', rngNameOf(rng));
  words.push(...studyWords(study));
  // Where the file is, the record does not say.
  if (init !== undefined) words.push('--init', `<path of ${init.name}, SHA-256 ${init.sha256}>`);
  words.push('--data', data.name, '--epochs', String(plan.epochs), '--until-step', String(untilStep));
  return shellCommand(words);
}
