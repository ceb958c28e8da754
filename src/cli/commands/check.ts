import { join } from 'node:path';
import { InvalidArgumentError, Option, type Command } from '@commander-js/extra-typings';
import { AssayError } from '../../base/errors';
import { writeFileAtomic } from '../../base/files';
import { CHECKS, type CheckName } from '../../judge/check/finding';
import type { JudgedSubject } from '../../report/judged';
import { conditionOption, parseConditions } from '../conditions';
import { RNGS, type RngName } from '../../experiment/rng';
import { FoundWanting } from '../failure';
import { printJson } from '../json';
import { count, seed } from '../numbers';
import { checkOutFiles } from '../outFile';
import { checkPaired } from '../paired';
import { openStudy, openTrainable, studyOption } from '../study';
import { printNote, printText } from '../text';
import { jsonOption } from '../training';

/** `assay check`: judges logs of any trainer. */
export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .summary('judge training logs of any trainer')
    .description(
      'judge training logs of any trainer, or run.json: format, arithmetic, protocol, experiment, bands; with --seed also against our run of that seed',
    )
    .argument('<log...>', 'logs, of one run or several each, or records of runs; - is standard input')
    .addOption(conditionOption)
    .addOption(studyOption)
    .addOption(
      new Option('--data <name>', "the data set that the logs should be of (default: the experiment's)"),
    )
    .addOption(
      new Option('--only <checks>', 'only these checks, separated by commas')
        // For the help and for completion.
        .choices(CHECKS)
        .argParser(checkNames),
    )
    .option(
      '--seed [n]',
      'the seed of the logs; without a number, the one that each log states: its first epoch is trained here and compared with theirs, number by number (the check paired)',
      seed,
    )
    .addOption(
      new Option(
        '--rng <stream>',
        'with --seed: whose dropout masks, as for `assay run` (default: torch)',
      ).choices(Object.keys(RNGS) as RngName[]),
    )
    .option('--epochs <n>', 'with --seed: how many epochs are trained (default: 1)', count('--epochs'))
    .option(
      '--neighbours [n]',
      'with --seed: train n more runs of each seed, from weights moved by their last bit, and compare with these instead of measured pairs: slower, and sees more (default n: as many as the level needs)',
      count('--neighbours'),
    )
    .addOption(
      new Option(
        '--sequential',
        'judge the runs of one setting one after the other, in the order of the logs: look again after each, as often as you like',
      ).conflicts(['only', 'seed']),
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
Several runs of one setting are also judged together, by the runs that the bands were made of; with --sequential, one after the other instead, so that the verdict holds however often one looks, as long as new runs are added at the end. With --seed, changes are detected that bands leave room for: runs of one seed by PyTorch and by assay differ by rounding alone.
Ends with 0 when every check passes, and with 1 when one fails, or could not be judged.

Example:
  $ npx assay check train.log --condition lr=0.001 --junit assay.xml
  $ npx assay check train.log --condition lr=0.001 --seed 1
  $ npx assay check logs/lr*_seed*.log --seed`,
    )
    .action(async (paths, options) => {
      const {
        condition = [],
        study: named,
        data,
        only,
        seed,
        rng,
        epochs,
        neighbours,
        sequential = false,
        allowUnjudged = false,
        json,
        markdown,
        github,
        junit,
      } = options;
      checkPairedOptions({ seed, rng, epochs, neighbours, only });
      const opened = seed === undefined ? await openStudy(named) : await openTrainable(named);
      const { study, experiment } = opened;
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
        sequential,
        ...(seed !== undefined &&
          experiment !== undefined && {
            pair: (runs) =>
              checkPaired(
                runs,
                {
                  seed: seed === true ? undefined : seed,
                  rng,
                  epochs,
                  neighbours,
                  data: data ?? experiment.data.name.toLowerCase(),
                },
                { study, experiment },
              ),
          }),
      });
      if (checked.isEachAlone)
        printNote('each run is judged alone: the runs that the bands were made of are not kept with them');
      const { judged, together, sequences, unread } = checked;
      const subjects = subjectsOf(checked);
      if (json) printJson(jsonOf(checked));
      // Of the only log, the error says it all.
      else if (markdown || paths.length > unread.length || unread.length > 1)
        await printSubjects(subjects, markdown);
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
      const verdict = worstOf([...judged, ...together, ...sequences].map((judgement) => judgement.verdict));
      if (verdict === 'fail' || (verdict !== 'pass' && !allowUnjudged)) throw new FoundWanting();
    });
}

/** @throws AssayError `usage` */
function checkPairedOptions({ seed, rng, epochs, neighbours, only }: PairedAsked): void {
  const isAsked = (only ?? CHECKS).includes('paired');
  if (seed !== undefined && isAsked) return;
  if (seed !== undefined)
    throw new AssayError('usage', { what: '--seed asks for the check paired, but --only leaves it out' });
  if ([rng, epochs, neighbours].some((option) => option !== undefined) || only?.includes('paired'))
    throw new AssayError('usage', {
      what: '--rng, --epochs, --neighbours and --only paired are about the run of a seed',
      expected: '--seed, too',
    });
}

interface PairedAsked {
  readonly seed?: number | true;
  readonly rng?: RngName;
  readonly epochs?: number;
  readonly neighbours?: number | true;
  readonly only?: readonly CheckName[];
}

function firstOf([{ error }, ...others]: readonly {
  readonly path: string;
  readonly error: AssayError;
}[]): AssayError {
  if (others.length === 0) return error;
  const more = `${others.length} more could not be read: ${others.map(({ path }) => path).join(', ')}`;
  const hint = [...(error.facts.hint === undefined ? [] : [error.facts.hint]), more].join('; ');
  return new AssayError(error.code, { ...error.facts, hint }, { cause: error });
}

/** `format,arithmetic` */
function checkNames(text: string): CheckName[] {
  return text.split(',').map((word) => {
    const name = CHECKS.find((check) => check === word.trim());
    if (name !== undefined) return name;
    throw new InvalidArgumentError(`expected some of ${CHECKS.join(', ')}, separated by commas`);
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
