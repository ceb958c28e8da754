import type { Command } from '@commander-js/extra-typings';
import type { Divergence, Side } from '../../judge/compare';
import type { RunRecord } from '../../run/record';
import { DEFAULT_RNG, rngNameOf } from '../../experiment/rng';
import type { Experiment } from '../../experiment/types';
import { comparisonLines } from '../../report/text/comparison';
import { FoundWanting } from '../failure';
import { printJson } from '../json';
import { nonNegative } from '../numbers';
import { shellCommand, studyWords } from '../shell';
import { openStudy, studyOption } from '../study';
import { printText } from '../text';
import { jsonOption, threadsOption } from '../training';

/** `assay compare`: the first divergence between two runs. */
export function addCompareCommand(program: Command): void {
  program
    .command('compare')
    .summary('find where two runs part')
    .description(
      'find where two runs part: run.json, the folder of a run, a log of any trainer, or the trace of a training as B',
    )
    .argument('<A>')
    .argument('<B>')
    .option(
      '--loss-tolerance <share>',
      'what losses may differ by, of the greater one (default: nothing)',
      nonNegative('--loss-tolerance'),
    )
    .option(
      '--accuracy-tolerance <points>',
      'what accuracies may differ by, in percentage points; at least one image (default: nothing)',
      nonNegative('--accuracy-tolerance'),
    )
    .addOption(studyOption)
    .addOption(jsonOption)
    .addHelpText(
      'after',
      `
Ends with 0 when the runs agree, and with 1 when they part or nothing is there to judge them by.

Example:
  $ npx assay compare runs/mine train.log`,
    )
    .action(async (pathA, pathB, { lossTolerance, accuracyTolerance, study: named, json }) => {
      const { compareRuns } = await import('../../judge/compare/index.js');
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
      const comparison = compareRuns(a, b, { study, experiment, bands, dataName }, tolerance);
      const reproduce = reproduceCommands([a, b], comparison.firstDivergence, experiment, named);
      if (json) printJson({ a: pathA, b: pathB, ...comparison, reproduce });
      else printText((colours) => `${comparisonLines(comparison, reproduce, colours).join('\n')}\n`);
      if (comparison.verdict !== 'pass') throw new FoundWanting();
    });
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
