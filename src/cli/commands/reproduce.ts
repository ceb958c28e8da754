import { basename, join } from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import { seedOf } from '../../experiment/seed';
import type { RunRecord } from '../../run/record';
import { publishedText } from '../../report/text/published';
import { FoundWanting } from '../failure';
import { printJson } from '../json';
import { checkOutFolder, freeRunFolder } from '../outFolder';
import { openTrainable, studyOption } from '../study';
import { printNote, printText } from '../text';
import {
  dataOption,
  engineOption,
  jsonOption,
  loadAnyDataFor,
  resumeCommand,
  seedOption,
  threadsOption,
  trainAtTerminal,
} from '../training';

/** `assay reproduce`: every learning rate of the experiment, beside what was reported. */
export function addReproduceCommand(program: Command): void {
  program
    .command('reproduce')
    .summary('train with every learning rate, beside the report')
    .description(
      'train with every learning rate of the experiment, and show the results beside the reported ones',
    )
    .addOption(seedOption)
    .addOption(studyOption)
    .addOption(dataOption)
    .addOption(engineOption)
    .addOption(threadsOption)
    .option(
      '--out <folder>',
      'a new folder, for one folder per run (default: runs/<data>-seed<seed>, numbered if taken)',
    )
    .addOption(jsonOption)
    .addHelpText(
      'after',
      `
The folder's report.html is a page to read: verdicts, curves, tables and digests, in one file.

Example:
  $ npx assay reproduce --data synthetic --out runs/mine`,
    )
    .action(async ({ seed: asked, study: named, engine: chosen, data, threads, out, json }) => {
      const { judgePublished, loadPublished } = await import('../published.js');
      const { fastestEngine } = await import('../../engine/create.js');
      const { reportedRuns } = await import('../reported.js');
      const opened = await openTrainable(named);
      const { study, experiment } = opened;
      const seed = asked ?? seedOf(experiment);
      const engine = chosen ?? fastestEngine();
      const report = await reportedRuns(opened);
      const claims = await loadPublished(study);
      if (out !== undefined) await checkOutFolder(out);
      const dataSet = await loadAnyDataFor(experiment, data);
      const comparable = dataSet.sha256 === experiment.data.sha256;
      const outDir = out ?? (await freeRunFolder(`${basename(dataSet.name)}-seed${seed}`));

      const say = json ? () => undefined : (text: string) => process.stdout.write(text);
      const print: typeof printText = json ? () => undefined : printText;
      if (!comparable && report.length > 0) print(() => notComparable(experiment.data.name, dataSet.name));
      const records: RunRecord[] = [];
      for (const lr of experiment.training.lrs) {
        say(`## LR = ${lr}\n\n`);
        const folder = join(outDir, `lr${lr}`);
        const options = { experiment, dataSet, lr, seed, engine, threads, outDir: folder };
        records.push(
          await trainAtTerminal(options, say, resumeCommand(folder, { study: named, data, threads })),
        );
        say('\n\n');
      }

      const { comparisonTable, pairEpochs } = await import('../../report/text/reproduction.js');
      const { runOfRecord } = await import('../../run/recordedRun.js');
      const runs = records.map((record) => runOfRecord(record, experiment.training));
      const pairs = pairEpochs(runs, report, study.metrics);
      const { judgeReproduced, writeReproductionPage } = await import('../reproduction.js');
      const { bands, judgements } = await judgeReproduced(records, { study, experiment, dataSet });
      const { gateTable } = await import('../../report/text/gate.js');
      const isCompared = comparable && report.length > 0;
      if (isCompared || bands === undefined)
        print(
          (_, columns) =>
            `## ${isCompared ? 'Reported and reproduced' : 'Reproduced'}, seed ${seed}\n\n` +
            `${comparisonTable(pairs, study.metrics, isCompared, columns)}\n`,
        );
      else
        print(
          (_, columns) =>
            `## Reproduced, seed ${seed}, beside the bands of ${dataSet.name}\n\n` +
            `${gateTable(judgements, study.metrics, columns)}\n`,
        );
      const published = comparable
        ? await judgePublished(records, claims, { study, experiment, dataSet, threads })
        : [];
      for (const judged of published) print((colours) => publishedText(judged, colours));
      if (json)
        printJson({
          experiment: experiment.name,
          data: dataSet.name,
          seed,
          comparable,
          epochs: pairs,
          ...(published.length > 0 && { published }),
        });
      const page = await writeReproductionPage({
        ...{ study, experiment, dataSet, seed, bands, judgements, outDir, named, data },
        report: comparable ? report : [],
      });
      printNote(`written to ${outDir}; a page to read: ${page}`);
      if (published.some(({ values }) => values.some(({ isAsPublished }) => !isAsPublished)))
        throw new FoundWanting();
    });
}

function notComparable(reported: string, reproduced: string): string {
  return `Nothing is compared with the report: it is about ${reported}, these runs are about another data set (${reproduced}).\n\n`;
}
