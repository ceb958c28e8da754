import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import type { DataSet } from '../../data/dataset';
import { AssayError } from '../../base/errors';
import { makeFolder, readTextOrFail, writeFileAtomic } from '../../base/files';
import { plural } from '../../base/words';
import type { Experiment } from '../../experiment/types';
import type { Survey } from '../../logs/survey';
import { conditionsText } from '../../run/run';
import type { Chance, Condition, LogSettings, Metric } from '../../study/types';
import { withNewFolder } from '../outFolder';
import { printNote, printText } from '../text';
import { dataOption, loadData } from '../training';

/** `assay init`: writes a study, from logs of any trainer or from the modules of an experiment. */
export function addInitCommand(program: Command): void {
  program
    .command('init')
    .summary('write a study, from logs or from a model')
    .description(
      'write a study: from logs of your trainer, or from the modules of an experiment that assay is to train',
    )
    .argument(
      '[log...]',
      'some logs of runs, or folders of runs: their format and their metrics are read from them',
    )
    .option(
      '--modules <file>',
      'JSON with the modules of a model, as in the experiment of the built-in study',
    )
    .option(
      '--template <line>',
      'a line of the logs, with names in braces in place of numbers; again for another kind of line (default: made from the most frequent lines)',
      (line: string, before: readonly string[]) => [...before, line],
      [],
    )
    .addOption(dataOption)
    .option('--name <name>', 'of the study: lower-case letters, digits and -', 'mine')
    .option('--out <folder>', 'a new folder for the study', 'assay')
    .addHelpText(
      'after',
      `
Examples:
  $ npx assay init runs/*.csv
  $ npx assay init runs/*.log --template 'ep {epoch} loss {loss}'
  $ npx assay init --modules model.json --data synthetic --out my-study`,
    )
    .action(async (paths, { modules, template, data, name, out }) => {
      if (paths.length > 0 === (modules !== undefined))
        throw new AssayError('usage', {
          what:
            paths.length > 0
              ? 'a study is made of logs or of modules'
              : 'there is nothing to make a study of',
          where: 'assay init',
          expected: paths.length > 0 ? 'one of them' : 'logs of runs, or --modules FILE',
          got: paths.length > 0 ? 'both' : 'neither',
          hint: 'assay init runs/*.log; assay init --help has more examples',
        });
      if (template.length > 0 && modules !== undefined)
        throw new AssayError('usage', {
          what: '--template is for logs',
          where: 'assay init',
          expected: '--template with logs',
          got: '--modules, which has none',
          hint: 'leave out --template',
        });
      if (!/^[a-z0-9-]+$/.test(name))
        throw new AssayError('usage', {
          what: '--name has no valid value',
          expected: 'lower-case letters, digits and -',
          got: `'${name}'`,
        });
      checkNoStudy(out);
      const files =
        modules === undefined
          ? await filesOfLogs(paths, name, template)
          : await filesOfModules(modules, data, name);
      await withNewFolder(out, async () => {
        await makeFolder(out);
        for (const [file, content] of Object.entries(files.written))
          await writeFileAtomic(join(out, file), `${JSON.stringify(content, null, 2)}\n`);
      });
      printText(
        () =>
          `${files.found.join('\n')}\nwritten: ${Object.keys(files.written)
            .map((file) => join(out, file))
            .join(', ')}\n`,
      );
      for (const warning of files.warnings ?? []) printNote(`warning: ${warning}`);
      printNote(`next: ${files.next}`);
    });
}

/** @throws AssayError `usage`, with what can be done about a study that is there */
function checkNoStudy(out: string): void {
  const path = join(out, 'study.json');
  if (!existsSync(path)) return;
  throw new AssayError('usage', {
    what: 'there is a study already',
    where: path,
    expected: 'a folder without one: nothing is overwritten',
    hint: 'edit it, or write another one with --out',
  });
}

interface Files {
  /** By their names. */
  readonly written: Readonly<Record<string, object>>;
  /** What was found out, in lines. */
  readonly found: readonly string[];
  /** What may be wrong with what was given. */
  readonly warnings?: readonly string[];
  /** What to type. */
  readonly next: string;
}

interface StudyFile {
  readonly name: string;
  readonly title: string;
  readonly conditions: readonly Condition[];
  readonly metrics: readonly Metric[];
  readonly chance?: Chance;
  readonly logs: LogSettings;
  readonly golden: string;
}

async function filesOfLogs(
  paths: readonly string[],
  name: string,
  template: readonly string[],
): Promise<Files> {
  const { openSource } = await import('../../logs/source.js');
  const { survey } = await import('../../logs/survey/index.js');
  const sources = [];
  for (const path of paths) sources.push(await openSource(path));
  const found = survey(sources, template);
  if (found.metrics.length === 0) {
    throw new AssayError('log-syntax', {
      what: 'logs without a metric that can be judged',
      where: paths[0],
      expected: 'a series that all runs have, with a name such as loss or accuracy',
      got: found.leftOut.map(({ name, why }) => `${name} (${why})`).join(', ') || 'none',
      hint: "a template gives numbers other names: assay init --template 'E{epoch} L={loss} A={accuracy}'",
    });
  }
  const { conditions, metrics, logs } = found;
  const study: StudyFile = { name, title: `Runs of ${name}`, conditions, metrics, logs, golden: 'golden' };
  return {
    written: { 'study.json': study },
    found: linesOf(found),
    warnings: await warningsOf(found),
    next: 'look into study.json; then: npx assay bands LOGS…, npx assay check LOG',
  };
}

const MOST_NAMED = 5;

async function warningsOf({ runs, metrics }: Survey): Promise<string[]> {
  const { runsNeeded } = await import('../../statistics/conformal.js');
  const { DEFAULT_LEVEL } = await import('../../study/load.js');
  const needed = runsNeeded(DEFAULT_LEVEL);
  const [{ name }] = metrics;
  const lengths = runs.map(({ source, series }) => ({ path: source.path, length: series[name].length }));
  const counts = new Map<number, number>();
  for (const { length } of lengths) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [usual] = [...counts].sort(([a, timesA], [b, timesB]) => timesB - timesA || b - a)[0];
  const others = lengths.filter(({ length }) => length !== usual);
  const named = others.slice(0, MOST_NAMED).map(({ path, length }) => `${path} has ${length}`);
  const more = others.length > MOST_NAMED ? `, and ${others.length - MOST_NAMED} more` : '';
  return [
    ...(runs.length < needed
      ? [`${plural(runs.length, 'run')}: bands of the level ${DEFAULT_LEVEL} take ${needed} of each setting`]
      : []),
    ...(others.length === 0
      ? []
      : [`not all runs are of one length: ${name} has ${usual} numbers in most; ${named.join(', ')}${more}`]),
  ];
}

function linesOf({
  formats,
  logs,
  runs,
  seeds,
  conditions,
  constants,
  metrics,
  leftOut,
  unread,
}: Survey): string[] {
  const known = seeds.filter((seed) => seed !== undefined).length;
  const templates = [logs.template ?? []].flat();
  const list = (items: readonly string[]): string => items.join(', ') || 'none';
  return [
    `${plural(runs.length, 'run')} in the format ${formats.join(', ')}`,
    ...templates.map((line, i) => `  ${i === 0 ? 'template:  ' : '           '} ${line}`),
    ...(logs.path === undefined ? [] : [`  paths:      ${logs.path}`]),
    `  seeds:      ${known === runs.length ? 'all known' : known === 0 ? 'not known' : `known of ${known}`}`,
    `  conditions: ${list(conditions.map(({ name }) => name))}`,
    ...(Object.keys(constants).length === 0 ? [] : [`  the same in all: ${conditionsText(constants)}`]),
    `  metrics:    ${list(metrics.map(({ name, kind, better, per }) => `${name} (${kind}, ${better} is better, per ${per})`))}`,
    ...(leftOut.length === 0
      ? []
      : [`  left out:   ${list(leftOut.map(({ name, why }) => `${name} (${why})`))}`]),
    ...unread.map((line) => `  not read:   lines such as "${line}"`),
    ...(unread.length === 0
      ? []
      : [
          '  To read them, too: --template, once for each kind of line, or "template": ["…", "…"] in study.json',
        ]),
  ];
}

async function filesOfModules(path: string, source: string | undefined, name: string): Promise<Files> {
  const { experimentOfDraft, parseDraft } = await import('../../experiment/draft.js');
  const draft = parseDraft(await readTextOrFail(path), path);
  const dataSet = await loadData(source);
  const data = await dataOf(dataSet);
  const experiment = experimentOfDraft({ name, ...draft }, data);
  const study: StudyFile = {
    ...{ name, title: experiment.title },
    conditions: [{ name: 'lr', title: 'learning rate', values: experiment.training.lrs }],
    metrics: [
      { name: 'loss', kind: 'loss', better: 'lower', per: 'step', steps: 'samples seen', decimals: 4 },
      { name: 'test loss', kind: 'loss', better: 'lower', per: 'epoch', decimals: 4 },
      { name: 'accuracy', kind: 'percent', better: 'higher', per: 'epoch', decimals: 2 },
    ],
    chance: { classes: data.classes, crossEntropy: ['loss', 'test loss'], accuracy: ['accuracy'] },
    logs: { format: 'pytorch-example', path: 'lr{lr}-seed{seed}/train.log' },
    golden: 'golden',
  };
  const { mean, std } = data.normalisation;
  return {
    written: { 'study.json': study, 'experiment.json': experiment },
    found: [
      `the data set ${data.name}: ${data.trainCount} and ${data.testCount} images of ${data.inputShape.join(' × ')}, ${data.classes} classes, pixels of mean ${mean} and deviation ${std}`,
      `the model: ${experiment.expected.parameterCount} parameters, ${experiment.expected.outputShapes.map(({ module, shape }) => `${module} ${shape.join('×')}`).join(', ')}`,
    ],
    next: `npx assay run --lr ${experiment.training.lrs[0]}, npx assay sweep --seeds 1..20, npx assay bands`,
  };
}

/** What an experiment states of a data set. */
async function dataOf(dataSet: DataSet): Promise<Experiment['data']> {
  const { KNOWN_SHA256 } = await import('../../data/known.js');
  const { pixelStatistics } = await import('../../data/statistics.js');
  const { name, sha256, train, test } = dataSet;
  return {
    ...{ name: name.split(/[\\/\s]/).at(-1) ?? name, sha256 },
    inputShape: [train.channels, train.height, train.width],
    classes: 1 + train.labels.reduce((most, label) => Math.max(most, label), 1),
    trainCount: train.count,
    testCount: test.count,
    normalisation: pixelStatistics(dataSet),
    synthetic: { sha256: KNOWN_SHA256.synthetic },
  };
}
