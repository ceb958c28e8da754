import { basename, dirname } from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import { makeFolder, readTextOrFail, writeFileAtomic } from '../../base/files';
import { AssayError } from '../../base/errors';
import type { Experiment } from '../../experiment/types';
import { probability } from '../numbers';
import { openStudy, studyOption } from '../study';

/** `assay bands`: from the runs of an ensemble to the bands that runs are judged by. */
export function addBandsCommand(program: Command): void {
  program
    .command('bands')
    .description("compute bands/<data>.json from ensembles/<data>, in the study's golden folder")
    .option('--data <source>', 'whose ensemble: mnist, synthetic, or a folder of four IDX files', 'mnist')
    .option(
      '--level <number>',
      'with which the bands of all learning rates hold together (default: what the runs allow, 0.95 at most)',
      probability('--level'),
    )
    .addOption(studyOption)
    .option('--out <file>', 'where the bands are written')
    .addHelpText('after', '\nExample:\n  $ npx assay bands --study my-study --data mnist')
    .action(async ({ data, study: named, level, out }) => {
      const { parseEnsemble } = await import('../../run/ensemble.js');
      const { makeBands, makeBandsAtHand, runsOf, serializeBands } = await import('../../judge/bands.js');
      const { leastCoverage } = await import('../../statistics/conformal.js');
      const { bandsFile, checkWritable, ensembleFile } = await import('../../study/store.js');
      const { study, experiment } = await openStudy(named);
      if (out === undefined) checkWritable(study, 'assay bands', '--study or --out');
      const name = basename(data);
      const path = ensembleFile(study, name);
      const ensemble = parseEnsemble(await readTextOrFail(path), path);
      if (ensemble.experiment.sha256 !== experiment.sha256) {
        throw new AssayError('ensemble-invalid', {
          what: 'the ensemble is of another experiment',
          where: path,
          expected: experiment.sha256,
          got: ensemble.experiment.sha256,
        });
      }
      const testClassCounts = await countsOf(data, experiment);
      const facts = { experiment: ensemble.experiment, data: { ...ensemble.data, testClassCounts } };
      const chance = { ...experiment.data, testClassCounts };
      const runs = runsOf(ensemble);
      const bands =
        level === undefined ? makeBandsAtHand(runs, facts, chance) : makeBands(runs, facts, chance, level);
      const file = out ?? bandsFile(study, name);
      await makeFolder(dirname(file));
      await writeFileAtomic(file, serializeBands(bands));
      for (const { lr, runs, coverage, collapse } of bands.bands) {
        const least = leastCoverage(coverage, runs, 0.95).toFixed(4);
        process.stdout.write(
          `lr ${lr}: ${runs} runs, ${collapse.collapsed} of them collapsed; coverage ${coverage.toFixed(4)}, with 95 % confidence at least ${least}\n`,
        );
      }
      process.stdout.write(`together: coverage ${bands.level.toFixed(4)}\n`);
    });
}

/** Images of each class in a test set; it is read only where its counts are not known beforehand. */
async function countsOf(source: string, experiment: Experiment): Promise<readonly number[]> {
  const { KNOWN_TEST_CLASS_COUNTS } = await import('../../data/known.js');
  if (source === 'mnist' || source === 'synthetic') return KNOWN_TEST_CLASS_COUNTS[source];
  const { loadDataFor } = await import('../training.js');
  const { test } = await loadDataFor(experiment, source);
  return Array.from(
    { length: experiment.data.classes },
    (_, label) => test.labels.filter((other) => other === label).length,
  );
}
