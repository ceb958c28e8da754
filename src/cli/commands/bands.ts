import { join } from 'node:path';
import { Option, type Command } from '@commander-js/extra-typings';
import { makeFolder, readTextOrFail, writeFileAtomic } from '../../files';
import { AssayError } from '../../errors';
import { probability } from '../numbers';
import { specOption } from '../training';

const ROOT = join(__dirname, '../../..');

/** `assay bands`: from the runs of an ensemble to the bands that runs are judged by. */
export function addBandsCommand(program: Command): void {
  program
    .command('bands')
    .description(
      'compute golden/lr-experiment/bands/<data>.json from the runs in golden/lr-experiment/ensembles/<data>',
    )
    .addOption(
      new Option('--data <name>', 'whose ensemble')
        .choices(['mnist', 'synthetic'] as const)
        .default('mnist' as const),
    )
    .option(
      '--level <number>',
      'with which the bands of all learning rates hold together (default: what the runs allow, 0.95 at most)',
      probability('--level'),
    )
    .addOption(specOption)
    .addHelpText('after', '\nExample:\n  $ npx assay bands --data mnist')
    .action(async ({ data, spec, level }) => {
      const { loadExperiment } = await import('../../spec/load.js');
      const { parseEnsemble } = await import('../../log/ensemble.js');
      const { makeBands, makeBandsAtHand, runsOf, serializeBands } = await import('../../judge/bands.js');
      const { leastCoverage } = await import('../../judge/conformal.js');
      const { KNOWN_TEST_CLASS_COUNTS } = await import('../../data/known.js');
      const experiment = await loadExperiment(spec);
      const path = join(ROOT, 'golden/lr-experiment/ensembles', data, 'runs.jsonl');
      const ensemble = parseEnsemble(await readTextOrFail(path), path);
      if (ensemble.experiment.sha256 !== experiment.sha256) {
        throw new AssayError('ensemble-invalid', {
          what: 'the ensemble is of another experiment',
          where: path,
          expected: experiment.sha256,
          got: ensemble.experiment.sha256,
        });
      }
      const testClassCounts = KNOWN_TEST_CLASS_COUNTS[data];
      const facts = { experiment: ensemble.experiment, data: { ...ensemble.data, testClassCounts } };
      const chance = { ...experiment.data, testClassCounts };
      const runs = runsOf(ensemble);
      const bands =
        level === undefined ? makeBandsAtHand(runs, facts, chance) : makeBands(runs, facts, chance, level);
      await makeFolder(join(ROOT, 'golden/lr-experiment/bands'));
      await writeFileAtomic(join(ROOT, 'golden/lr-experiment/bands', `${data}.json`), serializeBands(bands));
      for (const { lr, runs, coverage, collapse } of bands.bands) {
        const least = leastCoverage(coverage, runs, 0.95).toFixed(4);
        process.stdout.write(
          `lr ${lr}: ${runs} runs, ${collapse.collapsed} of them collapsed; coverage ${coverage.toFixed(4)}, with 95 % confidence at least ${least}\n`,
        );
      }
      process.stdout.write(`together: coverage ${bands.level.toFixed(4)}\n`);
    });
}
