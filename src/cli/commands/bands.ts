import { join } from 'node:path';
import { Option, type Command } from '@commander-js/extra-typings';
import { makeFolder, readFileOrFail, writeFileAtomic } from '../../files';
import { AssayError } from '../../errors';
import { specOption } from '../training';

const ROOT = join(__dirname, '../../..');

/** `assay bands`: from the runs of an ensemble to the bands that runs are judged by. */
export function addBandsCommand(program: Command): void {
  program
    .command('bands')
    .description('compute spec/bands/<data>.json from the runs in golden/ensembles/<data>')
    .addOption(
      new Option('--data <name>', 'whose ensemble')
        .choices(['mnist', 'synthetic'] as const)
        .default('mnist' as const),
    )
    .addOption(specOption)
    .addHelpText('after', '\nExample:\n  $ npx assay bands --data mnist')
    .action(async ({ data, spec }) => {
      const { loadExperiment } = await import('../../spec/load.js');
      const { parseEnsemble } = await import('../../log/ensemble.js');
      const { makeBandsAtHand, runsOf, serializeBands } = await import('../../judge/bands.js');
      const experiment = await loadExperiment(spec);
      const path = join(ROOT, 'golden/ensembles', data, 'runs.jsonl');
      const ensemble = parseEnsemble((await readFileOrFail(path)).toString('utf8'), path);
      if (ensemble.experiment.sha256 !== experiment.sha256) {
        throw new AssayError('ensemble-invalid', {
          what: 'the ensemble is of another experiment',
          where: path,
          expected: experiment.sha256,
          got: ensemble.experiment.sha256,
        });
      }
      const facts = { experiment: ensemble.experiment, data: ensemble.data, level: 0.95 };
      const bands = makeBandsAtHand(runsOf(ensemble), facts, experiment.data.classes);
      await makeFolder(join(ROOT, 'spec/bands'));
      await writeFileAtomic(join(ROOT, 'spec/bands', `${data}.json`), serializeBands(bands));
      for (const { lr, n, coverage, collapse } of bands.bands) {
        const share = `${collapse.collapsed} of ${collapse.of} collapsed`;
        process.stdout.write(`lr ${lr}: ${n} runs, coverage ${coverage.toFixed(4)}; ${share}\n`);
      }
    });
}
