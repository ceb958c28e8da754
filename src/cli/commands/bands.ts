import { basename, dirname } from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import { AssayError } from '../../base/errors';
import { makeFolder, readTextOrFail, writeFileAtomic } from '../../base/files';
import { plural } from '../../base/words';
import type { Experiment } from '../../experiment/types';
import type { Bands } from '../../judge/bands';
import { conditionsText, distinctConditions, type Run } from '../../run/run';
import { conditionOption, parseConditions } from '../conditions';
import { probability } from '../numbers';
import { openStudy, studyOption, type OpenedStudy } from '../study';
import { printNote, printText } from '../text';
import { isKnownName, SOURCES_TEXT } from '../../data/names';

/** `assay bands`: from runs to the bands that further runs are judged by. */
export function addBandsCommand(program: Command): void {
  program
    .command('bands')
    .summary('make the bands that runs are judged by')
    .description(
      'compute the bands of a study: from logs of any trainer, or, without logs, from the ensemble that assay sweep made',
    )
    .argument('[log...]', 'logs of whole runs, each with its own seed')
    .option('--data <source>', `without logs, whose ensemble: ${SOURCES_TEXT}`)
    .option(
      '--level <number>',
      "with which the bands of all conditions hold together (default: what the runs allow, the study's level at most)",
      probability('--level'),
    )
    .addOption(conditionOption)
    .addOption(studyOption)
    .option('--out <file>', 'where the bands are written (default: bands/ in the golden folder of the study)')
    .addHelpText(
      'after',
      `
Examples:
  $ npx assay bands runs/*.csv --study assay
  $ npx assay bands --study my-study --data synthetic`,
    )
    .action(async (paths, { data, study: named, level, condition = [], out }) => {
      const { makeBands, makeBandsAtHand, serializeBands } = await import('../../judge/bands.js');
      const { guessOf } = await import('../../judge/placement.js');
      const { checkNotVacuous } = await import('../../judge/power/vacuous.js');
      const { bandsFile, checkWritable } = await import('../../study/store.js');
      const opened = await openStudy(named);
      const { study, experiment } = opened;
      if (out === undefined) checkWritable(study, 'assay bands', '--study or --out');
      const source = data ?? experiment?.data.name.toLowerCase();
      const { runs, ...facts } =
        paths.length > 0 ? await readLogs(paths, opened, condition) : await readEnsemble(opened, source);
      await sayWhatIsNeeded(runs, level ?? study.level);
      const guess = guessOf(facts, study.chance, experiment?.data.testCount);
      const bands =
        level === undefined
          ? makeBandsAtHand(runs, facts, study, guess)
          : makeBands(runs, facts, { ...study, level }, guess);
      checkNotVacuous(bands, study.metrics);
      if (paths.length > 0 && out === undefined) await keepRuns(runs, opened);
      const file = out ?? bandsFile(study, paths.length > 0 ? undefined : source && basename(source));
      await makeFolder(dirname(file));
      await writeFileAtomic(file, serializeBands(bands));
      const summary = await summaryOf(bands);
      printText(() => summary);
      printNote(`written to ${file}`);
    });
}

type Of = Pick<Bands, 'experiment' | 'data'> & { readonly runs: readonly Run[] };

/** How many runs the level takes, before anything is computed. */
async function sayWhatIsNeeded(runs: readonly Run[], level: number): Promise<void> {
  const { runsNeeded } = await import('../../statistics/conformal.js');
  const settings = distinctConditions(runs).length;
  const needed = runsNeeded(1 - (1 - level) / settings);
  printNote(
    `${plural(runs.length, 'run')} of ${plural(settings, 'setting')}; bands that hold together at level ${level} take ${needed} runs of each setting`,
  );
}

/**
 * Runs of another trainer, each of its own.
 *
 * @throws AssayError `usage` when a condition is not known, or a run is there twice, beside what reading throws
 */
async function readLogs(
  paths: readonly string[],
  opened: OpenedStudy,
  condition: readonly string[],
): Promise<Of> {
  const { readRuns } = await import('../input.js');
  const { study } = opened;
  const given = parseConditions(condition, study);
  const runs: Run[] = [];
  for (const path of paths) {
    for (const run of await readRuns(path, opened)) {
      const conditions = { ...run.conditions, ...given };
      const other = Object.entries(given).find(([name, value]) => (run.conditions[name] ?? value) !== value);
      if (other !== undefined) {
        throw new AssayError('usage', {
          what: 'a run that states another condition than the one that is given',
          where: `${path}, run from line ${run.source.line}`,
          expected: `${other[0]} ${other[1]}`,
          got: `${other[0]} ${run.conditions[other[0]]}`,
        });
      }
      const unknown = study.conditions.find(({ name }) => !(name in conditions));
      const [fault] = run.faults;
      if (unknown !== undefined) {
        throw new AssayError('usage', {
          what: `a run of an unknown ${unknown.title ?? unknown.name}`,
          where: `${path}, run from line ${run.source.line}`,
          expected: `its ${unknown.name} in a heading, a column or the path (logs.path in study.json), or --condition ${unknown.name}=…`,
        });
      }
      if (fault !== undefined) {
        throw new AssayError('log-syntax', {
          what: 'an incomplete run, or one out of order, cannot be part of a band',
          where: `${path}, line ${fault.line ?? run.source.line}`,
          got: fault.message,
          hint: 'mend the log, or leave it out',
        });
      }
      runs.push({ ...run, conditions });
    }
  }
  const { orderedRuns } = await import('../../judge/bands.js');
  const { checkNoneTwice } = await import('../../judge/twice.js');
  checkNoneTwice(runs);
  return { runs: orderedRuns(runs) };
}

async function readEnsemble({ study, experiment }: OpenedStudy, source: string | undefined): Promise<Of> {
  const { parseEnsemble } = await import('../../run/ensemble.js');
  const { runsOfEnsemble } = await import('../../run/recordedRun.js');
  const { ensembleFile } = await import('../../study/store.js');
  if (experiment === undefined || source === undefined) {
    throw new AssayError('usage', {
      what: `the study ${study.name} has no experiment: another trainer makes its runs`,
      where: 'assay bands',
      expected: 'logs of its runs',
    });
  }
  const path = ensembleFile(study, basename(source));
  const ensemble = parseEnsemble(await readTextOrFail(path), path);
  if (ensemble.experiment.sha256 !== experiment.sha256) {
    throw new AssayError('ensemble-invalid', {
      what: 'the ensemble is of another experiment',
      where: path,
      expected: experiment.sha256,
      got: ensemble.experiment.sha256,
    });
  }
  return {
    experiment: ensemble.experiment,
    data: { ...ensemble.data, testClassCounts: await countsOf(source, experiment) },
    runs: runsOfEnsemble(ensemble, experiment.training, path),
  };
}

/** The runs that bands were made of, beside them. */
async function keepRuns(runs: readonly Run[], { study }: OpenedStudy): Promise<void> {
  const { serializeRuns } = await import('../../run/keptRuns.js');
  const { ensembleFile } = await import('../../study/store.js');
  const path = ensembleFile(study);
  await makeFolder(dirname(path));
  await writeFileAtomic(path, serializeRuns(runs));
}

async function summaryOf({ bands, level }: Bands): Promise<string> {
  const { leastCoverage } = await import('../../statistics/conformal.js');
  const lines = bands.map(({ conditions, runs, coverage, collapse }) => {
    const least = leastCoverage(coverage, runs, 0.95).toFixed(4);
    const collapsed = collapse === undefined ? '' : `, ${collapse.collapsed} of them collapsed`;
    return `${conditionsText(conditions) || 'all runs'}: ${runs} runs${collapsed}; coverage ${coverage.toFixed(4)}, with 95 % confidence at least ${least}`;
  });
  return `${[...lines, `together: coverage ${level.toFixed(4)}`].join('\n')}\n`;
}

/** Samples of each class in a test set; it is read only where its counts are not known beforehand. */
async function countsOf(source: string, experiment: Experiment): Promise<readonly number[]> {
  const { KNOWN_TEST_CLASS_COUNTS } = await import('../../data/known.js');
  if (isKnownName(source)) return KNOWN_TEST_CLASS_COUNTS[source];
  const { loadDataFor } = await import('../training.js');
  const { test } = await loadDataFor(experiment, source);
  return Array.from(
    { length: experiment.data.classes },
    (_, label) => test.labels.filter((other) => other === label).length,
  );
}
