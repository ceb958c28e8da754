import { join } from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import { AssayError } from '../../errors';
import { readFileOrFail } from '../../files';
import type { Bands } from '../../judge/bands';
import type { LogJudgement } from '../../judge/check';
import type { LenientRun } from '../../log/lenient';
import type { Experiment } from '../../spec/types';
import { FoundWanting } from '../failure';
import { printJson } from '../json';
import { learningRate } from '../numbers';
import { jsonOption, specOption } from '../training';

/** `assay check`: judges logs of any trainer. */
export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .description('judge training logs of any trainer, or run.json: format, arithmetic, protocol, bands')
    .argument('<log...>', 'logs, of one run or several each, or records of runs')
    .option(
      '--lr <number>',
      'the learning rate, which a log does not state (default: the one that fits best)',
      learningRate,
    )
    .addOption(specOption)
    .addOption(jsonOption)
    .addHelpText(
      'after',
      `
Ends with 0 when no check fails, and with 1 when one does. A check without reference is not a failed one.

Example:
  $ npx assay check train.log --lr 0.001`,
    )
    .action(async (paths, { lr, spec, json }) => {
      const { loadExperiment } = await import('../../spec/load.js');
      const { checkLog } = await import('../../judge/check/index.js');
      const experiment = await loadExperiment(spec);
      const judged: Judged[] = [];
      for (const path of paths) {
        for (const { run, recordedLr } of await readLogs(path, experiment)) {
          const bands = await readBands(run.dataSet ?? experiment.data.name);
          judged.push({ path, ...checkLog(run, experiment, { lr: lr ?? recordedLr, bands }) });
        }
      }
      if (json) printJson(judged);
      else process.stdout.write(judged.map(judgementText).join('\n'));
      if (judged.some(({ verdict }) => verdict === 'fail')) throw new FoundWanting();
    });
}

type Judged = LogJudgement & { readonly path: string };

/** A record is judged by the log that it prints. */
async function readLogs(
  path: string,
  experiment: Experiment,
): Promise<{ run: LenientRun; recordedLr?: number }[]> {
  const { readRuns } = await import('../side.js');
  const read = await readRuns(path);
  if ('logs' in read) return read.logs.map((run) => ({ run }));
  const { readLenientLog } = await import('../../log/lenient.js');
  const { renderLog } = await import('../../log/render.js');
  const runs = readLenientLog(renderLog(read.record, experiment), path);
  return runs.map((run) => ({ run, recordedLr: read.record.lr }));
}

const BANDS_FOLDER = join(__dirname, '../../../spec/bands');

/** The bands of a data set as a log names it; none where none were computed. */
async function readBands(dataSet: string): Promise<Bands | undefined> {
  if (!/^[\w-]+$/.test(dataSet)) return undefined;
  const { parseBands } = await import('../../judge/bands.js');
  const path = join(BANDS_FOLDER, `${dataSet.toLowerCase()}.json`);
  try {
    return parseBands((await readFileOrFail(path)).toString('utf8'), path);
  } catch (error) {
    if (error instanceof AssayError && error.code === 'file-not-found') return undefined;
    throw error;
  }
}

const LR_FROM = { given: 'as given', heading: 'from its heading', 'best fit': 'the one that fits best' };

function judgementText({ path, firstLine, lr, lrFrom, verdict, checks }: Judged): string {
  const rate = lr !== undefined && lrFrom !== undefined ? `, lr ${lr} (${LR_FROM[lrFrom]})` : '';
  const lines = [`${verdict}: ${path}, run from line ${firstLine}${rate}`];
  for (const { name, verdict, reason, findings } of checks) {
    lines.push(`  ${name.padEnd(10)}  ${verdict}${reason === undefined ? '' : `: ${reason}`}`);
    for (const { rule, line, message } of findings) lines.push(`    line ${line}, ${rule}: ${message}`);
  }
  return `${lines.join('\n')}\n`;
}
