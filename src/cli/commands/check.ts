import { join } from 'node:path';
import { InvalidArgumentError, Option, type Command } from '@commander-js/extra-typings';
import { AssayError } from '../../base/errors';
import { writeFileAtomic } from '../../base/files';
import { CHECKS, type CheckName } from '../../judge/check/finding';
import type { JudgedSubject } from '../../report/judged';
import type { Run } from '../../run/run';
import type { Study } from '../../study/types';
import { conditionOption, parseConditions } from '../conditions';
import { RNGS, type RngName } from '../../experiment/rng';
import { FoundWanting } from '../failure';
import { printJson } from '../json';
import { count, seed } from '../numbers';
import { checkOutFiles } from '../outFile';
import { checkPaired } from '../paired';
import { openStudy, openTrainable, studyOption, type OpenedStudy } from '../study';
import { printText } from '../text';
import { jsonOption } from '../training';

/** `assay check`: judges logs of any trainer. */
export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .summary('judge training logs of any trainer')
    .description(
      'judge training logs of any trainer, or run.json: format, arithmetic, protocol, experiment, bands; with --seed also beside our run of it',
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
    .option(
      '--seed [n]',
      'the seed of the logs, or without a number the one that each says: its first epoch is trained here, and held against theirs, number by number (the check paired)',
      seed,
    )
    .addOption(
      new Option(
        '--rng <stream>',
        'with --seed: whose dropout masks, as for `assay run` (default: torch)',
      ).choices(Object.keys(RNGS) as RngName[]),
    )
    .option('--epochs <n>', 'with --seed: how many epochs are trained (default: 1)', count('--epochs'))
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
Several runs of one setting are also judged together, by the runs that the bands were made of; with --sequential in their place one after
the other, so that the verdict holds however often one looks. With --seed, a change of the training is seen that bands leave room for: the
same seed of PyTorch and of assay differ by rounding alone.
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
        sequential = false,
        allowUnjudged = false,
        json,
        markdown,
        github,
        junit,
      } = options;
      checkPairedOptions({ seed, rng, epochs, only });
      const opened = seed === undefined ? await openStudy(named) : await openTrainable(named);
      const { study, experiment } = opened;
      await checkOutFiles({ '--junit': junit }, [
        ...paths,
        ...paths.map((path) => join(path, 'run.json')),
        ...(study.experiment === undefined ? [] : [study.experiment]),
      ]);
      const { checkLogs, withCheck } = await import('../../judge/check/index.js');
      const { checkSequentially } = await import('../../judge/check/sequentially.js');
      const { checkTogether } = await import('../../judge/check/together.js');
      const { readStoredBands } = await import('../../judge/stored/bands.js');
      const { readEnsembleOfBands } = await import('../../judge/stored/ensembleOfBands.js');
      const { worstOf } = await import('../../judge/verdict.js');
      const conditions = parseConditions(condition, study);
      const dataName = data ?? experiment?.data.name;
      const bands = await readStoredBands(study, dataName);
      const read = await readAll(paths, opened);
      const runs = read.flatMap((of) => ('runs' in of ? of.runs.map((run) => ({ run, conditions })) : []));
      const ensemble =
        bands === undefined || (runs.length < 2 && !sequential)
          ? undefined
          : await readEnsembleOfBands(study, experiment, dataName, bands);
      const references = { study, experiment, bands, dataName, ours: ensemble };
      if (sequential && ensemble === undefined) throw noEnsemble(study);
      const alone = checkLogs(runs, { ...references, only });
      const ofRuns = [runs.map(({ run }) => run), alone, references] as const;
      const { judgements, sequences } =
        sequential && ensemble !== undefined
          ? checkSequentially(...ofRuns, ensemble)
          : { judgements: alone, sequences: [] };
      const paired =
        seed === undefined || experiment === undefined
          ? []
          : await checkPaired(
              alone.map(({ conditions }, i) => ({ run: runs[i].run, conditions })),
              {
                seed: seed === true ? undefined : seed,
                rng,
                epochs,
                data: data ?? experiment.data.name.toLowerCase(),
              },
              { study, experiment },
            );
      const judged = judgements.map((judgement, i) => ({
        path: runs[i].run.source.path,
        ...(paired.length === 0 ? judgement : withCheck(judgement, paired[i])),
      }));
      const areSeveral =
        !sequential && judged.some(({ together }) => together > 1) && (only ?? CHECKS).includes('bands');
      if (areSeveral && ensemble === undefined)
        console.error(
          'each run is judged alone: the runs that the bands were made of are not kept with them',
        );
      const together = areSeveral && ensemble !== undefined ? checkTogether(...ofRuns, ensemble) : [];
      const unread = read.flatMap((of) => ('error' in of ? [of] : []));
      const { subjectOfLog, subjectOfSequence, subjectOfTogether } =
        await import('../../report/logSubject.js');
      const subjects = [
        ...judged.map((judgement) => subjectOfLog(judgement.path, judgement)),
        ...together.map(subjectOfTogether),
        ...sequences.map(subjectOfSequence),
        ...unread.map(({ path, error }) => unreadSubject(path, error)),
      ];
      if (json)
        printJson([
          ...judged,
          ...together.map((judgement) => {
            const { of, conditions, verdict, runs, ensemble, pValue, level, choices, isExact } = judgement;
            const paths = of.map((i) => judged[i].path);
            const { checks } = subjectOfTogether(judgement);
            return { paths, conditions, verdict, runs, ensemble, pValue, level, choices, isExact, checks };
          }),
          ...sequences.map((judgement) => {
            const { of, conditions, verdict, ensemble, level, looks, enough } = judgement;
            const paths = of.map((i) => judged[i].path);
            const { checks } = subjectOfSequence(judgement);
            return { paths, conditions, verdict, ensemble, level, looks, enough, checks };
          }),
          ...unread.map(({ path, error }) => ({ path, error: { code: error.code, ...error.facts } })),
        ]);
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
      const verdict = worstOf([...judged, ...together, ...sequences].map((judgement) => judgement.verdict));
      if (verdict === 'fail' || (verdict !== 'pass' && !allowUnjudged)) throw new FoundWanting();
    });
}

/** @throws AssayError `usage` */
function checkPairedOptions({ seed, rng, epochs, only }: PairedAsked): void {
  const isAsked = (only ?? CHECKS).includes('paired');
  if (seed !== undefined && isAsked) return;
  if (seed !== undefined)
    throw new AssayError('usage', { what: '--seed asks for the check paired, and --only leaves it out' });
  if (rng !== undefined || epochs !== undefined || only?.includes('paired'))
    throw new AssayError('usage', {
      what: '--rng, --epochs and --only paired are about the run of a seed',
      expected: '--seed with them',
    });
}

interface PairedAsked {
  readonly seed?: number | true;
  readonly rng?: RngName;
  readonly epochs?: number;
  readonly only?: readonly CheckName[];
}

function noEnsemble({ name, golden }: Study): AssayError {
  return new AssayError('usage', {
    what: 'runs are judged one after the other by the runs that the bands were made of, which are not there',
    where: golden,
    expected: `bands of the study ${name}, with the runs that they were made of`,
    hint: 'make them: assay bands',
  });
}

type Read =
  | { readonly path: string; readonly runs: readonly Run[] }
  | { readonly path: string; readonly error: AssayError };

/** One that cannot be read does not hide what the others come to. */
async function readAll(paths: readonly string[], opened: OpenedStudy): Promise<Read[]> {
  const { readRuns } = await import('../input.js');
  const read: Read[] = [];
  for (const path of paths) {
    try {
      read.push({ path, runs: await readRuns(path, opened) });
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      read.push({ path, error });
    }
  }
  return read;
}

/** What is said of it beside the others. */
function unreadSubject(path: string, { code, facts }: AssayError): JudgedSubject {
  const { what, expected, got } = facts;
  const message = [
    what,
    ...(expected === undefined ? [] : [`expected ${expected}`]),
    ...(got === undefined ? [] : [`got ${got}`]),
  ];
  const findings = [{ rule: code, message: message.join(', ') }];
  return { name: path, file: path, verdict: 'fail', checks: [{ name: 'read', verdict: 'fail', findings }] };
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
