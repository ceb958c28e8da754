import { Option, type Command } from '@commander-js/extra-typings';
import type { DataSet } from '../../data/dataset';
import { AssayError } from '../../errors';
import type { RunRecord } from '../../log/record';
import type { Experiment } from '../../spec/types';
import { comparisonLines } from '../comparisonText';
import { FoundWanting } from '../failure';
import { printJson } from '../json';
import { recordOf } from '../rerun';
import { jsonOption, loadDataFor, specOption, threadsOption } from '../training';

/** `assay verify`: the receipt of a run, checked by running it again. */
export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .description('execute a recorded run again, and compare every loss and digest')
    .argument('<run.json>', 'the record, or the folder of the run')
    .addOption(specOption)
    .option(
      '--data <source>',
      'mnist, synthetic, or a folder of four IDX files (default: what the record names)',
    )
    .addOption(
      new Option('--engine <name>', "what computes (default: the record's engine)").choices([
        'wasm',
        'reference',
        'tfjs',
      ] as const),
    )
    .addOption(threadsOption)
    .addOption(jsonOption)
    .addHelpText(
      'after',
      `
Ends with 0 when every number is the same, and with 1 when not; A is the record, B what came out now.

Example:
  $ npx assay verify runs/mine/run.json`,
    )
    .action(async (path, { spec, data, engine, threads, json }) => {
      const { loadExperiment } = await import('../../spec/load.js');
      const { checkIsOf } = await import('../../log/render.js');
      const { compareRecords } = await import('../../judge/compare/index.js');
      const { readRecord } = await import('../side.js');
      const experiment = await loadExperiment(spec);
      const recorded = await readRecord(path);
      checkIsOf(recorded, experiment);
      const dataSet = await loadRecordedData(recorded, experiment, data);
      const { lr, seed, plan } = recorded;
      const again = await recordOf({
        ...{ experiment, dataSet, lr, seed, ...plan, threads },
        engine: engine ?? recorded.engine,
      });
      const comparison = compareRecords(recorded, again);
      if (json) printJson({ record: path, engine: again.engine, ...comparison });
      else process.stdout.write(`${comparisonLines(comparison).join('\n')}\n`);
      if (comparison.verdict !== 'pass') throw new FoundWanting();
    });
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
  const isKnown = data.name === 'mnist' || data.name === 'synthetic';
  if (choice === undefined && !isKnown) {
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
