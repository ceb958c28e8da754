import { basename, extname, join } from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import { checkOutFolder, freeRunFolder, withNewFolder } from '../outFolder';
import { Progress } from '../progress';
import { openTrainable, studyOption } from '../study';
import { printNote } from '../text';
import { dataOption, engineOption, loadDataFor, threadsOption } from '../training';

/** `assay eval`: what a model from a file says of the test set. */
export function addEvalCommand(program: Command): void {
  program
    .command('eval')
    .summary('evaluate a model on the test set')
    .description(
      'evaluate a model on the test set: the test line goes to stdout, predictions.png into a folder',
    )
    .argument('<model>', 'a .pth or .safetensors file with the parameters of the experiment’s model')
    .addOption(studyOption)
    .addOption(dataOption)
    .addOption(engineOption)
    .addOption(threadsOption)
    .option('--out <folder>', 'a new folder to write to (default: runs/eval-<model>, numbered if taken)')
    .addHelpText(
      'after',
      `
A .pth file is a program: anything in it other than tensors is refused, and none of it is run.

Example:
  $ npx assay eval model.pth --data synthetic`,
    )
    .action(async (path, { study: named, data, engine, threads, out }) => {
      const { fastestEngine } = await import('../../engine/create.js');
      const { evaluateWeights, predictionsOf, readWeights } = await import('../../train/index.js');
      const { testLine } = await import('../../logs/pytorchExample/print.js');
      const { accuracyOf } = await import('../../run/record.js');
      const { writePredictions } = await import('../pictures.js');
      const { experiment } = await openTrainable(named);
      const weights = await readWeights(path, experiment);
      const freeFolder = (): Promise<string> => freeRunFolder(`eval-${basename(path, extname(path))}`);
      await checkOutFolder(out ?? (await freeFolder()));
      const dataSet = await loadDataFor(experiment, data);
      const progress = await Progress.create();
      const onProgress = (done: number, total: number): void => progress.show({ phase: 'test', done, total });
      const options = {
        ...{ experiment, dataSet, weights, threads, onProgress },
        engine: engine ?? fastestEngine(),
      };
      const result = await evaluateWeights(options).finally(() => progress.stop());
      process.stdout.write(`${testLine({ ...result, accuracy: accuracyOf(result) })}\n`);
      const predictions = predictionsOf(result.logits, result.testCount, experiment.data.classes);
      const folder = out ?? (await freeFolder()); // again, as another evaluation may have ended meanwhile
      const isWritten = await withNewFolder(folder, () =>
        writePredictions(folder, experiment, dataSet, weights.name, predictions),
      );
      if (isWritten) printNote(`written to ${join(folder, experiment.artifacts.predictions)}`);
    });
}
