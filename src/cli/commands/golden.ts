import { Option, type Command } from '@commander-js/extra-typings';
import type { DataSet } from '../../data/dataset';
import { AssayError } from '../../base/errors';
import type { Comparison } from '../../judge/compare';
import type { GoldenLength, GoldenPlan } from '../../experiment/goldenPlans';
import type { Moved } from '../../judge/golden';
import type { Verdict } from '../../judge/verdict';
import type { RunRecord } from '../../run/record';
import type { Experiment } from '../../experiment/types';
import type { Colours } from '../../report/text/colours';
import { comparisonLines } from '../../report/text/comparison';
import { FoundWanting } from '../failure';
import { printJson } from '../json';
import { replayLines, type Replay } from '../../report/text/replay';
import { recordOf } from '../rerun';
import { shellCommand, studyWords } from '../shell';
import { openTrainable, studyOption } from '../study';
import { printNote, printText } from '../text';
import { jsonOption, loadDataFor, threadsOption } from '../training';
import { SOURCES_TEXT } from '../../data/names';

/** `assay golden …`: the approved runs. */
export function addGoldenCommand(program: Command): void {
  const golden = program.command('golden').description('verify the approved runs, or approve new ones');

  golden
    .command('verify')
    .description('execute the approved runs again, and compare every loss and digest')
    .addOption(dataOption())
    .addOption(lengthOption())
    .addOption(
      new Option(
        '--engine <name>',
        'what computes; the bits are the same (default: native where it was built, else wasm)',
      ).choices(['native', 'wasm', 'reference'] as const),
    )
    .addOption(studyOption)
    .addOption(threadsOption)
    .addOption(jsonOption)
    .addHelpText(
      'after',
      `
Ends with 0 when all that were judged are the same, and with 1 when one is not or none was judged.

Example:
  $ npx assay golden verify --data synthetic --length short`,
    )
    .action(async ({ data, length, engine: chosen, study: named, threads, json }) => {
      const { fastestEngine } = await import('../../engine/create.js');
      const engine = chosen ?? fastestEngine();
      const opened = await openTrainable(named);
      const { golden: folder } = opened.study;
      const results: Result[] = [];
      for await (const { experiment, dataSet, plan } of selected(opened.experiment, data, length)) {
        const result = await verifyGolden(folder, experiment, dataSet, { ...plan, engine }, threads);
        results.push(result);
        if (!json) printText((colours) => resultText(result, colours));
      }
      if (json) printJson(results);
      const isJudged = results.some(({ verdict }) => verdict === 'pass');
      if (!isJudged || results.some(({ verdict }) => verdict === 'fail')) throw new FoundWanting();
    });

  golden
    .command('record')
    .description('approve new runs in place of the old ones: trains them, and shows how far each moved')
    .requiredOption('--reason <text>', 'why they are approved; stored with them')
    .addOption(dataOption())
    .addOption(lengthOption())
    .addOption(studyOption)
    .addOption(threadsOption)
    .addHelpText(
      'after',
      '\nExample:\n  $ npx assay golden record --study my-study --reason "the order of a sum changed"',
    )
    .action(async ({ reason, data, length, study: named, threads }) => {
      refuseInCi();
      if (reason.trim() === '') {
        throw new AssayError('usage', { what: '--reason is empty', where: 'assay golden record' });
      }
      const opened = await openTrainable(named);
      const { checkWritable } = await import('../../study/store.js');
      checkWritable(opened.study, 'assay golden record', '--study');
      for await (const { experiment, dataSet, plan } of selected(opened.experiment, data, length)) {
        const of = { experiment, dataSet, plan, threads, reason, study: named, data };
        const recorded = await recordGolden(opened.study.golden, of);
        printText(() => recorded);
      }
    });
}

const dataOption = (): Option<'--data <source>'> =>
  new Option('--data <source>', `only this one: ${SOURCES_TEXT} (default: those that need no download)`);
const lengthOption = (): Option<'--length <length>', undefined, undefined, undefined, false, GoldenLength> =>
  new Option('--length <length>', 'only these: the first steps, or all epochs').choices([
    'short',
    'full',
  ] as const);

interface Selected {
  readonly experiment: Experiment;
  readonly dataSet: DataSet;
  readonly plan: GoldenPlan;
}

async function* selected(
  experiment: Experiment,
  data: string | undefined,
  length: GoldenLength | undefined,
): AsyncGenerator<Selected> {
  const { GOLDEN_LENGTHS, goldenPlans } = await import('../../experiment/goldenPlans.js');
  const lengths = length === undefined ? GOLDEN_LENGTHS : [length];
  for (const choice of data === undefined ? await dataAtHand() : [data]) {
    const dataSet = await loadDataFor(experiment, choice);
    for (const plan of goldenPlans(experiment, dataSet.name, lengths)) yield { experiment, dataSet, plan };
  }
}

/** Nothing is downloaded for this. */
async function dataAtHand(): Promise<readonly string[]> {
  const { atHand } = await import('../../data/inventory.js');
  const { found, missing } = await atHand();
  for (const name of missing) printNote(`not judged: the goldens of ${name}, which is not found`);
  return found;
}

interface Result {
  readonly name: string;
  readonly verdict: Verdict;
  readonly comparison?: Comparison;
  readonly replay?: Replay;
}

async function verifyGolden(
  folder: string,
  experiment: Experiment,
  dataSet: DataSet,
  plan: GoldenPlan,
  threads: number,
): Promise<Result> {
  const { readGolden, readManifest } = await import('../../judge/golden/index.js');
  const { compareRecords } = await import('../../judge/compare/index.js');
  const { goldens } = await readManifest(folder);
  const entry = goldens.find(({ name }) => name === plan.name);
  if (entry === undefined) return { name: plan.name, verdict: 'no-reference' };
  const { record } = await readGolden(folder, entry);
  const comparison = compareRecords(record, await recordOf({ experiment, dataSet, ...plan, threads }));
  const untilStep = comparison.firstDivergence?.untilStep;
  const isReplayed =
    comparison.tier === 'bitwise' &&
    untilStep !== undefined &&
    [record.engine, plan.engine].some((name) => name !== 'reference');
  const { replayEngines } = await import('../replay.js');
  const replay = isReplayed
    ? await replayEngines({ experiment, dataSet, ...plan, untilStep }, record.engine, plan.engine)
    : undefined;
  return { name: plan.name, verdict: comparison.verdict, comparison, ...(replay && { replay }) };
}

function resultText({ name, comparison, replay }: Result, colours: Colours): string {
  if (comparison === undefined) return `${name}: no-reference: there is no such golden yet\n`;
  const lines = [
    ...comparisonLines(comparison, {}, colours),
    ...(replay === undefined ? [] : replayLines(replay)),
  ];
  return `${name}: ${lines.join('\n')}\n`;
}

function refuseInCi(): void {
  const { CI } = process.env;
  if (CI === undefined || CI === '' || CI === 'false') return;
  throw new AssayError('golden-refused', {
    what: 'goldens are not recorded in CI: a person approves them',
    where: 'assay golden record',
    got: `CI=${CI}`,
    hint: 'record them on your machine, look at what moved, and commit them',
  });
}

interface Recording extends Selected {
  readonly threads: number;
  readonly reason: string;
  /** As given on the command line. */
  readonly study?: string;
  readonly data?: string;
}

/** Trains, compares with the golden that is there, and replaces it when it moved. */
async function recordGolden(folder: string, recording: Recording): Promise<string> {
  const { checkNotVacuous, readGolden, readManifest, writeGolden } =
    await import('../../judge/golden/index.js');
  const { compareRecords } = await import('../../judge/compare/index.js');
  const { experiment, dataSet, plan, threads, reason } = recording;
  const entry = (await readManifest(folder)).goldens.find(({ name }) => name === plan.name);
  const old = entry && (await readGolden(folder, entry)).record;
  const now = await recordOf({ experiment, dataSet, ...plan, threads });
  checkNotVacuous(now, plan.name);
  const comparison = old && compareRecords(old, now);
  if (comparison?.verdict === 'pass') return `${plan.name}: unchanged\n`;
  const facts = {
    name: plan.name,
    command: commandOf(recording),
    reason,
    recordedAt: new Date().toISOString(),
  };
  const { renderLog } = await import('../../logs/pytorchExample/render.js');
  await writeGolden(folder, { record: now, log: renderLog(now, experiment) }, facts);
  if (old === undefined || comparison === undefined) return `${plan.name}: new\n${summary(now)}`;
  const { howFarMoved } = await import('../../judge/golden/index.js');
  const moved = movedText(howFarMoved(old, now));
  return `${plan.name}: moved; A is the old one, B the new one\n${comparisonLines(comparison).join('\n')}\n${moved}`;
}

function summary({ losses, finalWeightsSha256 }: RunRecord): string {
  return `  ${losses.length} steps, loss ${losses[0]} … ${losses[losses.length - 1]}, final weights ${finalWeightsSha256}\n`;
}

function movedText({ losses, results }: Moved): string {
  const lines = [
    `  losses: ${losses.relative.toExponential(1)} apart at most, relatively, in step ${losses.step}`,
  ];
  for (const { place, old, now } of results) lines.push(`  ${place} ${old} → ${now}`);
  return `${lines.join('\n')}\n`;
}

function commandOf({ plan, study, data }: Recording): string {
  const words = ['npx', 'assay', 'run', '--data', data ?? plan.data];
  words.push('--lr', String(plan.lr), '--seed', String(plan.seed), '--engine', plan.engine);
  words.push(...studyWords(study));
  words.push('--epochs', String(plan.epochs));
  if (plan.untilStep !== undefined) words.push('--until-step', String(plan.untilStep));
  return shellCommand(words);
}
