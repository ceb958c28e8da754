import { parseRun } from '../../src/logs/pytorchExample/parse';
import { renderLog } from '../../src/logs/pytorchExample/render';
import type { ReportedRun } from '../../src/logs/pytorchExample/reportedRun';
import { printModel } from '../../src/experiment/print';
import { sampleRecord } from '../run/sampleRecord';
import { specs, type SpecCase } from './experiments';

/** The runs whose log has to be in the experiment's format: one that is rendered from a record, and those that are reported. */
function runsOf({ experiment, sections }: SpecCase): { origin: string; run: ReportedRun }[] {
  const rendered = parseRun(renderLog(sampleRecord(experiment), experiment), 'train.log');
  const reported = sections.map(({ lr, run }) => ({ origin: `a reported run (lr ${lr})`, run }));
  return [{ origin: 'a run of ours', run: rendered }, ...reported];
}

describe.each(specs)('$name: the log format', (spec) => {
  const { data, model, training, artifacts } = spec.experiment;
  const batches = Math.ceil(data.trainCount / training.batchSize);
  const logged = Array.from(
    { length: Math.ceil(batches / training.logInterval) },
    (_, i) => i * training.logInterval,
  );
  const lastSeen = (logged.at(-1) ?? 0) * training.batchSize;

  describe.each(runsOf(spec))('$origin', ({ run }) => {
    const { header, epochs, footer } = run;

    test('starts with the device, the data set and the architecture', () => {
      expect(header).toMatchObject({ device: 'cpu', dataSet: data.name, architecture: printModel(model) });
    });

    test(`has ${training.epochs} epochs, numbered from 1`, () => {
      const numbers = epochs.map(({ train }) => [...new Set(train.map(({ epoch }) => epoch))]);
      expect(numbers).toEqual(Array.from({ length: training.epochs }, (_, index) => [index + 1]));
    });

    test(`has a line per ${training.logInterval} batches of ${training.batchSize}, from 0 to ${lastSeen} of ${data.trainCount}`, () => {
      for (const { train } of epochs) {
        expect(train.map(({ seen }) => seen)).toEqual(logged.map((batch) => batch * training.batchSize));
        expect(new Set(train.map(({ total }) => total))).toEqual(new Set([data.trainCount]));
      }
    });

    test(`says how many of ${batches} batches are done, in percent`, () => {
      for (const { train } of epochs) {
        for (const [index, { percent }] of train.entries()) {
          expect(Math.abs(percent - (100 * logged[index]) / batches)).toBeLessThanOrEqual(0.5);
        }
      }
    });

    test('goes forward from line to line', () => {
      const lines = epochs.flatMap(({ train, test }) => [...train, test]).map((part) => part?.line ?? NaN);
      const all = [header?.line ?? NaN, ...lines, footer?.line ?? NaN];
      expect(all).toEqual([...all].sort((a, b) => a - b));
      expect(new Set(all).size).toBe(all.length);
    });

    test(`tests on ${data.testCount} images after each epoch, and gives the accuracy of its count`, () => {
      for (const { test } of epochs) {
        expect(test?.testCount).toBe(data.testCount);
        const accuracy = (100 * (test?.correctCount ?? NaN)) / data.testCount;
        expect(Math.abs((test?.accuracy ?? NaN) - accuracy)).toBeLessThanOrEqual(0.005 + 1e-9);
      }
    });

    test('ends with the files that it wrote, and the last accuracy', () => {
      expect(footer).toMatchObject({ ...artifacts, finalAccuracy: epochs.at(-1)?.test?.accuracy });
    });
  });
});
