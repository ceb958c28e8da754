import { printModel } from '../../src/experiment/print';
import { runsOfText } from '../../src/logs/pytorchExample';
import { footerLines, headerLines, testLines, trainLine } from '../../src/logs/pytorchExample/print';
import { renderLog } from '../../src/logs/pytorchExample/render';
import { accuracyOf } from '../../src/run/record';
import type { Run } from '../../src/run/run';
import { expandTabs } from '../logs/pytorchExample/tabs';
import { sampleRecord } from '../run/sampleRecord';
import { specs, type SpecCase } from './experiments';

interface Shown {
  readonly origin: string;
  /** The lines of the run, from `Using device` on, and what follows it in the file. */
  readonly lines: readonly string[];
  /** Lines of the file before them. */
  readonly before: number;
  readonly run: Run;
}

/** The runs whose log has to be in the experiment's format: one that is rendered from a record, and those that are reported. */
function shownRuns({ experiment, conditions, reportText, reported }: SpecCase): Shown[] {
  const text = renderLog(sampleRecord(experiment), experiment);
  const settings = { conditions, batchSize: experiment.training.batchSize };
  const shown = (text: string, run: Run, origin: string): Shown => {
    const lines = text.split('\n').map(expandTabs);
    // Five lines above the first module: the device, the data set, a blank one, the title, the name of the model.
    const before = (run.stated.modules?.[0].line ?? NaN) - 6;
    return { origin, lines: lines.slice(before), before, run };
  };
  return [
    ...runsOfText(text, 'train.log', settings).map((run) => shown(text, run, 'a run of ours')),
    ...reported.map((run) => shown(reportText, run, `a reported run (${JSON.stringify(run.conditions)})`)),
  ];
}

/** Every line is printed again, from the experiment and the numbers that were read: another character anywhere is another line. */
describe.each(specs)('$name: the log format', (spec) => {
  const { data, model, training, artifacts } = spec.experiment;
  const batches = Math.ceil(data.trainCount / training.batchSize);
  const logged = Array.from(
    { length: Math.ceil(batches / training.logInterval) },
    (_, i) => i * training.logInterval,
  );
  const lastSeen = (logged.at(-1) ?? 0) * training.batchSize;
  const header = headerLines({ device: 'cpu', dataSet: data.name, architecture: printModel(model) });
  const perEpoch = logged.length + 3;
  const epochs = Array.from({ length: training.epochs }, (_, i) => i + 1);

  describe.each(shownRuns(spec))('$origin', ({ lines, before, run }) => {
    const { loss, 'test loss': testLoss, accuracy } = run.series;
    const linesOf = (epoch: number): readonly string[] => {
      const start = header.length + perEpoch * (epoch - 1);
      return lines.slice(start, start + perEpoch);
    };
    const evaluated = accuracy.map(({ count = { right: NaN, of: NaN } }) => ({
      correctCount: count.right,
      testCount: count.of,
    }));

    test('has no fault', () => {
      // But that the losses of our record are made up, and too low for its counts.
      const [rules, madeUp] = [run.faults.map(({ rule }) => rule), new Set(['loss-of-errors'])];
      expect(rules.filter((rule) => before > 0 || !madeUp.has(rule))).toEqual([]);
    });

    test('starts with the device, the data set and the architecture', () => {
      expect(lines.slice(0, header.length)).toEqual(header);
    });

    test(`has ${training.epochs} epochs, numbered from 1, with ${logged.length} losses and a test each`, () => {
      expect(loss.map(({ epoch }) => epoch)).toEqual(epochs.flatMap((epoch) => logged.map(() => epoch)));
      for (const points of [testLoss, accuracy]) expect(points.map(({ epoch }) => epoch)).toEqual(epochs);
    });

    test(`has a line per ${training.logInterval} batches of ${training.batchSize}, from 0 to ${lastSeen} of ${data.trainCount}, with how many of ${batches} batches are done, in percent`, () => {
      for (const epoch of epochs) {
        const printed = logged.map((batch, i) => {
          const { value } = loss[(epoch - 1) * logged.length + i];
          const seen = batch * training.batchSize;
          const percent = (100 * batch) / batches;
          return expandTabs(trainLine({ epoch, seen, total: data.trainCount, percent, loss: value }));
        });
        expect(linesOf(epoch).slice(0, logged.length)).toEqual(printed);
      }
    });

    test(`tests on ${data.testCount} images after each epoch, and gives the accuracy of its count`, () => {
      for (const epoch of epochs) {
        const test = evaluated[epoch - 1];
        expect(test.testCount).toBe(data.testCount);
        const { value } = testLoss[epoch - 1];
        const printed = testLines({ ...test, testLoss: value, accuracy: accuracyOf(test) });
        expect(linesOf(epoch).slice(logged.length)).toEqual(printed);
      }
    });

    test('its numbers know their lines, which go forward', () => {
      const ofEpoch = (epoch: number): number => before + header.length + perEpoch * (epoch - 1) + 1;
      expect(loss.map(({ line }) => line)).toEqual(
        epochs.flatMap((epoch) => logged.map((_, i) => ofEpoch(epoch) + i)),
      );
      for (const points of [testLoss, accuracy])
        expect(points.map(({ line }) => line)).toEqual(
          epochs.map((epoch) => ofEpoch(epoch) + logged.length + 1),
        );
    });

    test('ends with the files that it wrote, and the last accuracy', () => {
      const last = evaluated[training.epochs - 1];
      const footer = footerLines({ ...artifacts, finalAccuracy: accuracyOf(last) });
      const start = header.length + perEpoch * training.epochs;
      expect(lines.slice(start, start + footer.length + 1)).toEqual([...footer, '']);
      expect(run.stated.final?.accuracy).toMatchObject({ line: before + start + footer.length });
    });
  });
});
