import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'puppeteer-core';
import { loadDataSet } from '../../src/data/load';
import { fastestEngine } from '../../src/engine/create';
import { serializeRunRecord, type RunRecord } from '../../src/run/record';
import { runInMemory } from '../../src/train';
import { Laboratory, TINY } from '../cli/laboratory';
import { say } from '../say';
import { loadExperiment } from '../../src/experiment/load';
import { Browser, BROWSER_NAMES, browserPath, choose, filesIn, PAGE_URL, textsOf, trained } from './browser';

/** The page that trains the run of a record again, beside what Node has trained. */

const MNIST = process.env.ASSAY_DATA && join(process.env.ASSAY_DATA, 'mnist');

for (const name of BROWSER_NAMES) {
  const isFound = browserPath(name) !== undefined;
  if (!isFound) void say(`not tested: training in ${name}, which is not in /usr/bin`);

  (isFound ? describe : describe.skip)(`in ${name}`, () => {
    let browser: Browser;
    let laboratory: Laboratory;
    let record: RunRecord;
    beforeAll(async () => {
      browser = await Browser.start(name);
      laboratory = await Laboratory.open();
      await laboratory.run(['run', ...TINY, '--seed', '7', '--epochs', '3', '--out', 'tiny-run']);
      record = await laboratory.record('tiny-run');
    });
    afterAll(async () => {
      await browser.stop();
      await laboratory.close();
    });

    /** Drops a record with its study, and trains it again. */
    const trainAgain = async (
      of: RunRecord,
      until: string,
    ): Promise<{ page: Page; complaints: readonly string[] }> => {
      await writeFile(laboratory.path('run.json'), serializeRunRecord(of));
      const opened = await browser.open(PAGE_URL);
      const study = ['study.json', 'experiment.json'].map((file) => laboratory.path('study', file));
      await choose(opened.page, 'files', [laboratory.path('run.json'), ...study]);
      await opened.page.waitForSelector('#record option[value="run.json"]', { timeout: 20_000 });
      await choose(opened.page, 'data', filesIn(laboratory.path('tiny')));
      await opened.page.select('#until', until);
      await opened.page.click('#train');
      await trained(opened.page);
      return opened;
    };

    test('every digest and every loss of a whole run is that of the record', async () => {
      const { page, complaints } = await trainAgain(record, 'end');
      const epochs = record.epochs.flatMap(({ epoch, weightsSha256, testLoss, correctCount }) => [
        `✓ steps ${6 * epoch - 5} to ${6 * epoch}: losses as in the record: 6 losses, bit for bit`,
        `✓ epoch ${epoch}: weights as in the record: ${weightsSha256}`,
        `✓ epoch ${epoch}: test loss as in the record: ${testLoss}`,
        `✓ epoch ${epoch}: correct count as in the record: ${correctCount}`,
      ]);
      expect(await textsOf(page, '#marks li')).toEqual([
        `✓ initial weights as in the record: ${record.initialWeightsSha256}`,
        ...epochs,
        `✓ final weights as in the record: ${record.finalWeightsSha256}`,
        `✓ logits of the test set as in the record: ${record.logitsSha256}`,
      ]);
      expect((await textsOf(page, '#outcome')).join()).toMatch(
        /^Everything that was compared is as in the record/,
      );
      expect(complaints).toEqual([]);
    });

    test('an epoch is trained and evaluated, and no more', async () => {
      const { page } = await trainAgain(record, 'epoch');
      const marks = await textsOf(page, '#marks li');
      expect(marks).toHaveLength(5);
      expect(marks.at(-1)).toBe(
        `✓ epoch 1: correct count as in the record: ${record.epochs[0].correctCount}`,
      );
    });

    const digest = 'f'.repeat(64);
    test.each([
      ['initial weights', (of: RunRecord) => ({ ...of, initialWeightsSha256: digest })],
      [
        'step 4: loss',
        (of: RunRecord) => ({ ...of, losses: of.losses.with(3, Math.fround(of.losses[3] + 1e-6)) }),
      ],
      [
        'epoch 2: weights',
        (of: RunRecord) => ({ ...of, epochs: of.epochs.with(1, { ...of.epochs[1], weightsSha256: digest }) }),
      ],
      ['logits of the test set', (of: RunRecord) => ({ ...of, logitsSha256: digest })],
    ])(
      'a forged record: %s is the first that differs, and nothing is trained after it',
      async (place, forge) => {
        const { page } = await trainAgain(forge(record), 'end');
        const marks = await textsOf(page, '#marks li');
        expect(marks.at(-1)).toMatch(
          new RegExp(`^✗ ${place} not as in the record: \\S+, and the record says \\S+$`),
        );
        expect(marks.slice(0, -1).filter((mark) => !mark.startsWith('✓'))).toEqual([]);
        expect((await textsOf(page, '#outcome')).join()).toMatch(/^Not the run of the record/);
      },
    );

    test('another data set is refused', async () => {
      const { page } = await trainAgain({ ...record, data: { ...record.data, sha256: digest } }, 'end');
      expect((await textsOf(page, '#training-failure')).join()).toMatch(/not the data set of the record/);
      expect(await textsOf(page, '#marks li')).toEqual([]);
    });

    (MNIST ? test : test.skip)(
      '60 steps of seed 7, lr 0.001, have the digests of Node, stopped in between or not',
      async () => {
        const folder = await mkdtemp(join(tmpdir(), 'assay-web-'));
        try {
          const experiment = await loadExperiment('spec/lr-experiment/experiment.json');
          const dataSet = await loadDataSet('mnist');
          const inNode = await runInMemory({
            experiment,
            dataSet,
            lr: 0.001,
            seed: 7,
            engine: fastestEngine(),
            untilStep: 60,
          });
          await writeFile(join(folder, 'run.json'), serializeRunRecord(inNode));
          const { page, complaints } = await browser.open(PAGE_URL);
          await choose(page, 'files', [join(folder, 'run.json')]);
          await page.waitForSelector('#record option[value="run.json"]');
          await choose(page, 'data', filesIn(MNIST ?? ''));
          await page.select('#until', 'end');
          await page.click('#train');
          await page.waitForFunction("document.getElementById('doing').textContent.includes('step ')");
          await page.click('#pause');
          await sleep(300); // the step that was being made
          const [stopped] = await textsOf(page, '#doing');
          await sleep(500);
          expect(await textsOf(page, '#doing')).toEqual([stopped]);
          expect(await textsOf(page, '#pause')).toEqual(['Go on']);
          await page.click('#pause');
          await trained(page);
          expect(await textsOf(page, '#marks li')).toEqual([
            `✓ initial weights as in the record: ${inNode.initialWeightsSha256}`,
            '✓ steps 1 to 60: losses as in the record: 60 losses, bit for bit',
            `✓ final weights as in the record: ${inNode.finalWeightsSha256}`,
          ]);
          expect(complaints).toEqual([]);
        } finally {
          await rm(folder, { recursive: true });
        }
      },
    );
  });
}
