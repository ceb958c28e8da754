import { join } from 'node:path';
import { InvalidArgumentError, Option, type Command } from '@commander-js/extra-typings';
import { AssayError } from '../../base/errors';
import { writeFileAtomic } from '../../base/files';
import { CHECKS, type CheckName } from '../../judge/check/finding';
import type { JudgedSubject } from '../../report/judged';
import { conditionOption, parseConditions } from '../conditions';
import { FoundWanting } from '../failure';
import { printJson } from '../json';
import { checkOutFiles } from '../outFile';
import { openStudy, studyOption } from '../study';
import { printText } from '../text';
import { jsonOption } from '../training';

/** `assay check`: judges logs of any trainer. */
export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .summary('judge training logs of any trainer')
    .description(
      'judge training logs of any trainer, or run.json: format, arithmetic, protocol, experiment, bands',
    )
    .argument('<log...>', 'logs, of one run or several each, or records of runs; - is standard input')
    .addOption(conditionOption)
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
    .option(
      '--github',
      "also print GitHub's annotations, which a pull request shows at the lines of its files",
    )
    .option('--junit <file>', "also write the verdicts there, as JUnit's XML")
    .addHelpText(
      'after',
      `
Several runs of one setting are also judged together, by the runs that the bands were made of.
Ends with 0 when every check passes, and with 1 when one fails, or could not be judged.

Example:
  $ npx assay check train.log --condition lr=0.001 --junit assay.xml`,
    )
    .action(async (paths, options) => {
      const {
        condition = [],
        study: named,
        data,
        only,
        allowUnjudged = false,
        json,
        markdown,
        github,
        junit,
      } = options;
      const opened = await openStudy(named);
      const { study } = opened;
      await checkOutFiles({ '--junit': junit }, [
        ...paths,
        ...paths.map((path) => join(path, 'run.json')),
        ...(study.experiment === undefined ? [] : [study.experiment]),
      ]);
      const { checkPaths, jsonOf, subjectsOf } = await import('../checkPaths.js');
      const checked = await checkPaths(paths, opened, {
        conditions: parseConditions(condition, study),
        data,
        only,
      });
      if (checked.isEachAlone)
        console.error(
          'each run is judged alone: the runs that the bands were made of are not kept with them',
        );
      const { judged, together, unread } = checked;
      const subjects = subjectsOf(checked);
      if (json) printJson(jsonOf(checked));
      else await printSubjects(subjects, markdown);
      if (github) {
        const { githubAnnotations } = await import('../../report/github.js');
        process.stdout.write(githubAnnotations(subjects));
      }
      if (junit !== undefined) {
        const { junitXml } = await import('../../report/junit.js');
        await writeFileAtomic(
          junit,
          junitXml('assay check', subjects, allowUnjudged ? 'skipped' : 'failure'),
        );
      }
      if (unread.length > 0) throw firstOf(unread);
      const { worstOf } = await import('../../judge/verdict.js');
      const verdict = worstOf([...judged, ...together].map((judgement) => judgement.verdict));
      if (verdict === 'fail' || (verdict !== 'pass' && !allowUnjudged)) throw new FoundWanting();
    });
}

function firstOf([{ error }, ...others]: readonly {
  readonly path: string;
  readonly error: AssayError;
}[]): AssayError {
  if (others.length === 0) return error;
  const hint = `${others.length} more could not be read: ${others.map(({ path }) => path).join(', ')}`;
  return new AssayError(error.code, { ...error.facts, hint }, { cause: error });
}

/** `format,arithmetic` */
function checkNames(text: string): CheckName[] {
  return text.split(',').map((word) => {
    const name = CHECKS.find((check) => check === word.trim());
    if (name !== undefined) return name;
    throw new InvalidArgumentError(`expected some of ${CHECKS.join(', ')}, with commas between`);
  });
}

async function printSubjects(subjects: readonly JudgedSubject[], markdown: true | undefined): Promise<void> {
  if (markdown) {
    const { judgementsMarkdown } = await import('../../report/markdown/judgements.js');
    process.stdout.write(judgementsMarkdown(subjects));
    return;
  }
  const { judgementText } = await import('../../report/text/judgement.js');
  printText((colours) => subjects.map((subject) => judgementText(subject, colours)).join('\n'));
}
