import { join } from 'node:path';
import { InvalidArgumentError, Option, type Command } from '@commander-js/extra-typings';
import { writeFileAtomic } from '../../base/files';
import type { GivenRun, LogJudgement } from '../../judge/check';
import { CHECKS, type CheckName } from '../../judge/check/finding';
import type { JudgedSubject } from '../../report/judged';
import type { Experiment } from '../../experiment/types';
import { FoundWanting } from '../failure';
import { printJson } from '../json';
import { learningRate } from '../numbers';
import { checkOutFiles } from '../outFile';
import { openStudy, studyOption } from '../study';
import { jsonOption } from '../training';

/** `assay check`: judges logs of any trainer. */
export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .description(
      'judge training logs of any trainer, or run.json: format, arithmetic, protocol, experiment, bands',
    )
    .argument('<log...>', 'logs, of one run or several each, or records of runs')
    .option(
      '--lr <number>',
      'the learning rate, which a log does not state (default: the one that fits best)',
      learningRate,
    )
    .addOption(studyOption)
    .addOption(
      new Option('--data <name>', "the data set that the logs should be of (default: the experiment's)"),
    )
    .addOption(
      new Option(
        '--only <checks>',
        `only these checks, of ${CHECKS.join(', ')}; others are not asked for`,
      ).argParser(checkNames),
    )
    .option('--allow-unjudged', 'end with 0 where nothing fails, though not everything could be judged')
    .addOption(jsonOption)
    .addOption(new Option('--markdown', 'print Markdown instead of text').conflicts('json'))
    .option('--junit <file>', "also write the verdicts there, as JUnit's XML")
    .addHelpText(
      'after',
      `
Ends with 0 when every check passes, and with 1 when one fails, or could not be judged.

Example:
  $ npx assay check train.log --lr 0.001 --junit assay.xml`,
    )
    .action(async (paths, options) => {
      const { lr, study: named, data, only, allowUnjudged = false, json, markdown, junit } = options;
      const { study, experiment } = await openStudy(named);
      await checkOutFiles({ '--junit': junit }, [
        ...paths,
        ...paths.map((path) => join(path, 'run.json')),
        study.experiment,
      ]);
      const { checkLogs } = await import('../../judge/check/index.js');
      const { readStoredBands } = await import('../../judge/stored/bands.js');
      const { worstOf } = await import('../../judge/verdict.js');
      const dataName = data ?? experiment.data.name;
      const bands = await readStoredBands(study, dataName);
      const runs: (GivenRun & { readonly path: string })[] = [];
      for (const path of paths) {
        for (const run of await readLogs(path, experiment)) runs.push({ ...run, file: path, lr, path });
      }
      const judged = checkLogs(runs, experiment, { bands, dataName, only }).map((judgement, i): Judged => ({
        path: runs[i].path,
        ...judgement,
      }));
      const { subjectOfLog } = await import('../../report/logSubject.js');
      const subjects = judged.map((judgement) => subjectOfLog(judgement.path, judgement));
      if (json) printJson(judged);
      else process.stdout.write(await textOf(subjects, markdown));
      if (junit !== undefined) {
        const { junitXml } = await import('../../report/junit.js');
        await writeFileAtomic(
          junit,
          junitXml('assay check', subjects, allowUnjudged ? 'skipped' : 'failure'),
        );
      }
      const verdict = worstOf(judged.map((judgement) => judgement.verdict));
      if (verdict === 'fail' || (verdict !== 'pass' && !allowUnjudged)) throw new FoundWanting();
    });
}

type Judged = LogJudgement & { readonly path: string };

/** A record is judged by the log that it prints, and held against bands at full precision. */
async function readLogs(path: string, experiment: Experiment): Promise<GivenRun[]> {
  const { readRuns } = await import('../side.js');
  const read = await readRuns(path);
  if ('logs' in read) return read.logs.map((run) => ({ run }));
  const { readLenientLog } = await import('../../logs/pytorchExample/read.js');
  const { renderLog } = await import('../../logs/pytorchExample/render.js');
  const runs = readLenientLog(renderLog(read.record, experiment), path);
  return runs.map((run) => ({ run, record: read.record }));
}

/** `format,arithmetic` */
function checkNames(text: string): CheckName[] {
  return text.split(',').map((word) => {
    const name = CHECKS.find((check) => check === word.trim());
    if (name !== undefined) return name;
    throw new InvalidArgumentError(`expected some of ${CHECKS.join(', ')}, with commas between`);
  });
}

async function textOf(subjects: readonly JudgedSubject[], markdown: true | undefined): Promise<string> {
  const { judgementText } = await import('../../report/text/judgement.js');
  if (!markdown) return subjects.map(judgementText).join('\n');
  const { judgementsMarkdown } = await import('../../report/markdown/judgements.js');
  return judgementsMarkdown(subjects);
}
