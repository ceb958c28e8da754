import { join } from 'node:path';
import { Option, type Command } from '@commander-js/extra-typings';
import { writeFileAtomic } from '../../files';
import type { LogJudgement } from '../../judge/check';
import type { LenientRun } from '../../log/lenient';
import type { JudgedSubject } from '../../report/judged';
import type { Experiment } from '../../spec/types';
import { FoundWanting } from '../failure';
import { printJson } from '../json';
import { learningRate } from '../numbers';
import { checkOutFiles } from '../outFile';
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
    .addOption(new Option('--markdown', 'print Markdown instead of text').conflicts('json'))
    .option('--junit <file>', "also write the verdicts there, as JUnit's XML")
    .addHelpText(
      'after',
      `
Ends with 0 when no check fails, and with 1 when one does. A check without reference is not a failed one.

Example:
  $ npx assay check train.log --lr 0.001 --junit assay.xml`,
    )
    .action(async (paths, { lr, spec, json, markdown, junit }) => {
      await checkOutFiles({ '--junit': junit }, [
        ...paths,
        ...paths.map((path) => join(path, 'run.json')),
        spec,
      ]);
      const { loadExperiment } = await import('../../spec/load.js');
      const { checkLog } = await import('../../judge/check/index.js');
      const { readStoredBands } = await import('../../judge/storedBands.js');
      const experiment = await loadExperiment(spec);
      const judged: Judged[] = [];
      for (const path of paths) {
        for (const { run, recordedLr } of await readLogs(path, experiment)) {
          const bands = await readStoredBands(run.dataSet ?? experiment.data.name);
          judged.push({ path, ...checkLog(run, experiment, { lr, recordedLr, bands }) });
        }
      }
      const { subjectOfLog } = await import('../../report/logSubject.js');
      const subjects = judged.map((judgement) => subjectOfLog(judgement.path, judgement));
      if (json) printJson(judged);
      else process.stdout.write(await textOf(subjects, markdown));
      if (junit !== undefined) {
        const { junitXml } = await import('../../report/junit.js');
        await writeFileAtomic(junit, junitXml('assay check', subjects));
      }
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

async function textOf(subjects: readonly JudgedSubject[], markdown: true | undefined): Promise<string> {
  const { judgementText } = await import('../../report/text.js');
  if (!markdown) return subjects.map(judgementText).join('\n');
  const { judgementsMarkdown } = await import('../../report/markdown.js');
  return judgementsMarkdown(subjects);
}
