import { Option, type Command } from '@commander-js/extra-typings';
import type { DataSet } from '../../data/dataset';
import { AssayError } from '../../base/errors';
import { plural } from '../../base/words';
import type { LikelyCause } from '../../judge/compare/likelyCause';
import type { RunRecord } from '../../run/record';
import type { Experiment } from '../../experiment/types';
import type { Weights } from '../../train';
import { comparisonLines } from '../../report/text/comparison';
import { FoundWanting } from '../failure';
import { printJson } from '../json';
import { recordOf } from '../rerun';
import { openTrainable, studyOption } from '../study';
import { printText } from '../text';
import { jsonOption, loadDataFor, threadsOption } from '../training';
import { isKnownName, SOURCES_TEXT } from '../../data/names';

/** `assay verify`: the receipt of a run, checked by running it again. */
export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .summary('execute a recorded run again, and compare all of it')
    .description('execute a recorded run again, and compare every loss and digest')
    .argument('<run.json>', 'the record, or the folder of the run')
    .addOption(studyOption)
    .option('--data <source>', `${SOURCES_TEXT} (default: what the record names)`)
    .option('--init <model>', 'the weights that the run started from, if it was started with --init')
    .addOption(
      new Option(
        '--engine <name>',
        "what computes (default: the record's engine, or the fastest with its bits)",
      ).choices(['native', 'wasm', 'reference', 'tfjs'] as const),
    )
    .addOption(threadsOption)
    .addOption(jsonOption)
    .addHelpText(
      'after',
      `
Ends with 0 when every number is the same, and with 1 when not; A is the record, B the new run.

Example:
  $ npx assay verify runs/mine/run.json`,
    )
    .action(async (path, { study: named, data, init, engine, threads, json }) => {
      const { checkIsOf } = await import('../../run/record.js');
      const { compareRecords } = await import('../../judge/compare/index.js');
      const { likelyCause } = await import('../../judge/compare/likelyCause.js');
      const { fastestLike } = await import('../../engine/create.js');
      const { readRecord } = await import('../input.js');
      const { experiment } = await openTrainable(named);
      const recorded = await readRecord(path);
      checkIsOf(recorded, experiment);
      const dataSet = await loadRecordedData(recorded, experiment, data);
      const weights = await loadRecordedWeights(recorded, experiment, init);
      const { lr, seed, rng, plan } = recorded;
      const again = await recordOf({
        ...{ experiment, dataSet, lr, seed, rng, init: weights, ...plan, threads },
        engine: engine ?? fastestLike(recorded.engine),
      });
      const comparison = compareRecords(recorded, again);
      const cause = comparison.firstDivergence && likelyCause(recorded, again);
      if (json) printJson({ record: path, engine: again.engine, ...comparison, likelyCause: cause });
      else
        printText((colours) => {
          const [verdict, ...where] = comparisonLines(comparison, {}, colours);
          const lines = [verdict, ...whatLines(path, recorded, again), ...where, ...causeLines(cause)];
          return `${lines.join('\n')}\n`;
        });
      if (comparison.verdict !== 'pass') throw new FoundWanting();
    });
}

/** What was verified, and by what. */
function whatLines(
  path: string,
  { lr, seed, data, plan, engine, losses }: RunRecord,
  again: RunRecord,
): string[] {
  const length =
    plan.untilStep === undefined
      ? plural(plan.epochs, 'epoch')
      : `stopped after ${plural(losses.length, 'step')}`;
  return [
    `  record:           ${path}: lr ${lr}, seed ${seed}, data ${data.name}, ${length}, engine ${engine}`,
    `  executed again:   engine ${again.engine}`,
  ];
}

function causeLines(cause: LikelyCause | undefined): string[] {
  return cause === undefined
    ? []
    : [`  likely cause:     another ${cause.what}`, `    A: ${cause.a}`, `    B: ${cause.b}`];
}

/**
 * The data that a run was trained on, by its digest.
 *
 * @param choice left out: what the record names
 */
async function loadRecordedData(
  { data }: RunRecord,
  experiment: Experiment,
  choice: string | undefined,
): Promise<DataSet> {
  if (choice === undefined && !isKnownName(data.name)) {
    throw new AssayError('usage', {
      what: `the run was trained on the folder ${data.name}, and where that is was not saved`,
      where: 'assay verify',
      expected: '--data <folder>',
    });
  }
  const dataSet = await loadDataFor(experiment, choice ?? data.name);
  if (dataSet.sha256 === data.sha256) return dataSet;
  throw new AssayError('data-checksum-mismatch', {
    what: 'not the data that the run was trained on',
    where: 'data.sha256',
    expected: data.sha256,
    got: `${dataSet.sha256}, of ${dataSet.name}`,
  });
}

/**
 * The weights that a run started from, by their digest; undefined when its seed drew them.
 *
 * @param path of the file that is to have them
 */
async function loadRecordedWeights(
  { init, initialWeightsSha256 }: RunRecord,
  experiment: Experiment,
  path: string | undefined,
): Promise<Weights | undefined> {
  if (init === undefined && path === undefined) return undefined;
  if (init === undefined || path === undefined) {
    throw new AssayError('usage', {
      what:
        init === undefined
          ? 'the weights that the run started from were drawn from its seed'
          : 'the run started from the weights of a file, which its record does not hold',
      where: 'assay verify',
      expected: init === undefined ? 'no --init' : `--init <path of ${init.name}, SHA-256 ${init.sha256}>`,
    });
  }
  const { readWeights } = await import('../../train/index.js');
  const { sha256OfFloats } = await import('../../base/f32.js');
  const weights = await readWeights(path, experiment);
  const sha256 = sha256OfFloats(weights.parameters.map(({ data }) => data));
  if (sha256 === initialWeightsSha256) return weights;
  throw new AssayError('checkpoint-mismatch', {
    what: 'not the weights that the run started from',
    where: 'initialWeightsSha256',
    expected: `${initialWeightsSha256}, from ${init.name} (SHA-256 ${init.sha256})`,
    got: `${sha256}, from ${weights.name} (SHA-256 ${weights.sha256})`,
  });
}
