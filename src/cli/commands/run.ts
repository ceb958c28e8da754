import { basename } from 'node:path';
import { Option, type Command } from '@commander-js/extra-typings';
import type { EngineName } from '../../engine/engine';
import { AssayError } from '../../base/errors';
import { RNGS, type Rng, type RngName } from '../../experiment/rng';
import { seedOf } from '../../experiment/seed';
import type { Experiment } from '../../experiment/types';
import { count, learningRate } from '../numbers';
import { checkOutFolder, freeRunFolder } from '../outFolder';
import { openTrainable, studyOption } from '../study';
import { printNote } from '../text';
import {
  dataOption,
  engineOption,
  loadDataFor,
  resumeCommand,
  rngOption,
  seedOption,
  threadsOption,
  trainAtTerminal,
} from '../training';
import { isKnownName } from '../../data/names';

/** `assay run`: one run of the experiment. */
export function addRunCommand(program: Command): void {
  program
    .command('run')
    .summary('train once')
    .description(
      'train once; the transcript goes to stdout; train.log, run.json and the checkpoints into a folder',
    )
    .option('--lr <number>', 'learning rate', learningRate)
    .addOption(seedOption)
    .addOption(rngOption)
    .addOption(studyOption)
    .addOption(dataOption)
    .option('--epochs <n>', 'epochs (default: as many as the experiment has)', count('--epochs'))
    .addOption(engineOption)
    .addOption(threadsOption)
    .option('--until-step <n>', 'stop after this many steps in all', count('--until-step'))
    .option('--init <model>', 'start from the weights of a .pth or .safetensors file')
    .addOption(
      new Option('--resume <folder>', 'continue a run that was stopped, from where it stopped').conflicts([
        'lr',
        'seed',
        'rng',
        'out',
        'init',
      ]),
    )
    .option(
      '--out <folder>',
      'a new folder to write to (default: runs/<data>-lr<lr>-seed<seed>, numbered if taken)',
    )
    .addHelpText(
      'after',
      `
Example:
  $ npx assay run --lr 0.001 --seed 1`,
    )
    .action(async (options) => {
      const { experiment } = await openTrainable(options.study);
      const { fastestEngine } = await import('../../engine/create.js');
      const asked = { ...options, engine: options.engine ?? fastestEngine() };
      const plan =
        options.resume === undefined ? newRun(asked, experiment) : await savedRun(asked, options.resume);
      const { readWeights } = await import('../../train/index.js');
      const init = options.init === undefined ? undefined : await readWeights(options.init, experiment);
      if (options.out !== undefined) await checkOutFolder(options.out);
      const dataSet = await loadDataFor(experiment, plan.data);
      const outDir =
        options.resume ??
        options.out ??
        (await freeRunFolder(`${basename(dataSet.name)}-lr${plan.lr}-seed${plan.seed}`));
      const { threads, untilStep } = options;
      await trainAtTerminal(
        {
          experiment,
          dataSet,
          ...plan,
          init,
          threads,
          untilStep,
          outDir,
          resume: options.resume !== undefined,
        },
        (text) => process.stdout.write(text),
        resumeCommand(outDir, options),
      );
      printNote(`written to ${outDir}`);
    });
}

/** What decides the run, from the options alone or from the checkpoint that it continues from. */
interface Plan {
  readonly lr: number;
  readonly seed: number;
  readonly rng: Rng;
  readonly engine: EngineName;
  readonly epochs?: number;
  /** As for `loadDataSet`. */
  readonly data?: string;
}

interface PlanOptions {
  lr?: number;
  seed?: number;
  rng: RngName;
  engine: EngineName;
  epochs?: number;
  data?: string;
}

function newRun({ lr, seed, rng, engine, epochs, data }: PlanOptions, experiment: Experiment): Plan {
  if (lr !== undefined) return { lr, seed: seed ?? seedOf(experiment), rng: RNGS[rng], engine, epochs, data };
  throw new AssayError('usage', {
    what: 'a learning rate is missing',
    where: 'assay run',
    expected: '--lr <number>',
    hint: `${experiment.name} has ${experiment.training.lrs.join(', ')}; \`assay reproduce\` runs them all`,
  });
}

async function savedRun({ engine, epochs, data }: PlanOptions, folder: string): Promise<Plan> {
  const { readCheckpoint } = await import('../../train/checkpoint.js');
  const { run } = await readCheckpoint(folder);
  return {
    lr: run.lr,
    seed: run.seed,
    rng: run.rng,
    engine,
    epochs: epochs ?? run.epochs,
    data: data ?? savedData(run.data.name),
  };
}

/** A folder's name does not say where the folder is. */
function savedData(name: string): string {
  if (isKnownName(name)) return name;
  throw new AssayError('usage', {
    what: `the run was trained on the folder ${name}, and where that is was not saved`,
    where: 'assay run --resume',
    expected: '--data <folder>',
  });
}
