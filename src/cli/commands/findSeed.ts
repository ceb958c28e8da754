import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import { makeFolder } from '../../files';
import type { Job } from '../../jobs/job';
import type { FirstLosses, FirstLossesJob } from '../../jobs/kinds/firstLosses';
import type { candidatesOf } from '../../search/candidates';
import { RNGS } from '../../spec/rng';
import { printJson } from '../json';
import { checkWhere, doJobs, queueOption, verifyShareOption, workersOption } from '../manyJobs';
import { printedNumber, seedRange } from '../numbers';
import { dataOption, jsonOption, loadDataFor, rngOption, specOption } from '../training';

/** `assay find-seed`: which seeds print a first loss as reported? */
export function addFindSeedCommand(program: Command): void {
  program
    .command('find-seed')
    .description(
      'find the seeds whose first loss prints as the reported one: that loss precedes every update, whatever the learning rate',
    )
    .requiredOption(
      '--loss <number>',
      'the loss of batch 0, with all digits that were printed',
      printedNumber('--loss'),
    )
    .option('--range <seeds>', 'from the first to the last', seedRange('--range'), { from: 0, to: 99999 })
    .addOption(rngOption)
    .addOption(specOption)
    .addOption(dataOption)
    .addOption(workersOption)
    .addOption(queueOption)
    .addOption(verifyShareOption)
    .option('--out <folder>', 'where what was computed is kept, for this loss and others', 'runs/find-seed')
    .addOption(jsonOption)
    .addHelpText(
      'after',
      `
Some seeds match by chance: how many are to be expected is printed with those that were found. A candidate is the right one when the next
lines of its log are the reported ones, too.

Example:
  $ npx assay find-seed --loss 2.307556 --range 0..100 --data mnist`,
    )
    .action(async ({ loss, range, rng, spec, data, out, json, ...where }) => {
      checkWhere(where);
      const { loadExperiment, documentOf } = await import('../../spec/load.js');
      const { jobOf } = await import('../../jobs/job.js');
      const { firstLosses } = await import('../../jobs/kinds/firstLosses.js');
      const { Journal } = await import('../../jobs/journal.js');
      const search = await import('../../search/candidates.js');
      const experiment = await loadExperiment(spec);
      const dataSet = await loadDataFor(experiment, data);
      const document = documentOf(experiment);
      const jobs = partsOf(range).map((part): Job => {
        const payload: FirstLossesJob = {
          ...{ experiment: document, dataSha256: dataSet.sha256, rng: RNGS[rng], ...part },
        };
        return jobOf(firstLosses, payload);
      });
      await makeFolder(out);
      const key = createHash('sha256').update(`${experiment.sha256} ${dataSet.sha256}`).digest('hex');
      const journal = Journal.open(join(out, `${key.slice(0, 16)}.jsonl`));
      const total = range.to - range.from + 1;
      try {
        await doJobs({
          ...{ jobs, journal, dataSet, where },
          progress: (missing) => ({ phase: 'seeds', done: Math.max(0, total - PART * missing), total }),
          stopped: () => 'stopped: what was computed is kept; the same command continues',
        });
        const found = search.candidatesOf(
          lossesOf(
            jobs.map(({ id }) => journal.result(id) as FirstLosses),
            range,
          ),
          loss,
        );
        if (json) printJson({ loss, range, ...found });
        else process.stdout.write(textOf(found, range));
      } finally {
        journal.close();
      }
    });
}

interface SeedRange {
  readonly from: number;
  readonly to: number;
}

/** Seeds of one job: some seconds. Parts begin at multiples of it, so that overlapping ranges share them. */
const PART = 250;

function partsOf({ from, to }: SeedRange): { from: number; count: number }[] {
  const first = Math.floor(from / PART);
  return Array.from({ length: Math.floor(to / PART) - first + 1 }, (_, i) => ({
    from: (first + i) * PART,
    count: PART,
  }));
}

function* lossesOf(parts: readonly FirstLosses[], { from, to }: SeedRange): Generator<[number, number]> {
  for (const part of parts) {
    for (const [i, loss] of part.losses.entries()) {
      const seed = part.from + i;
      if (seed >= from && seed <= to) yield [seed, loss];
    }
  }
}

function textOf(
  { candidates, expectedByChance }: ReturnType<typeof candidatesOf>,
  { from, to }: SeedRange,
): string {
  const expected = expectedByChance.toPrecision(2);
  const lines = candidates.map(({ seed, loss }) => `seed ${seed}: ${loss.toFixed(7)}`);
  const summary = `${candidates.length} of the seeds ${from} to ${to}; ${expected} are to be expected by chance`;
  return `${[...lines, summary].join('\n')}\n`;
}
