import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { Page } from 'puppeteer-core';
import type { RunRecord } from '../../src/run/record';
import { Laboratory } from '../cli/laboratory';
import { say } from '../say';
import { Browser, BROWSER_NAMES, browserPath, choose, filesIn, textsOf, trained } from './browser';

/** The page that `assay reproduce` writes trains its own runs again, where it is read. */

for (const name of BROWSER_NAMES) {
  const isFound = browserPath(name) !== undefined;
  if (!isFound) void say(`not tested: a report that verifies itself in ${name}, which is not in /usr/bin`);

  (isFound ? describe : describe.skip)(`in ${name}`, () => {
    let browser: Browser;
    let laboratory: Laboratory;
    let report: string;
    let record: RunRecord;
    beforeAll(async () => {
      browser = await Browser.start(name);
      laboratory = await Laboratory.open();
      await laboratory.run([
        'reproduce',
        '--study',
        'study',
        '--data',
        'tiny',
        '--seed',
        '7',
        '--out',
        'all',
      ]);
      report = await readFile(laboratory.path('all/report.html'), 'utf8');
      record = await laboratory.record('all/lr0.1');
    });
    afterAll(async () => {
      await browser.stop();
      await laboratory.close();
    });

    const open = async (text: string): Promise<{ page: Page; complaints: readonly string[] }> => {
      const path = laboratory.path('report.html');
      await writeFile(path, text);
      return browser.open(pathToFileURL(path).href);
    };

    /** Trains the run of lr 0.1. */
    const trainAgain = async (text: string): Promise<{ page: Page; complaints: readonly string[] }> => {
      const opened = await open(text);
      await opened.page.select('#record', 'lr0.1/run.json');
      await choose(opened.page, 'data', filesIn(laboratory.path('tiny')));
      await opened.page.click('#train');
      await trained(opened.page);
      return opened;
    };

    test('every run can be chosen, up to its first 20 steps unless more is asked for', async () => {
      const { page } = await open(report);
      expect(await textsOf(page, '#record option')).toEqual(['Learning rate 0.01', 'Learning rate 0.1']);
      expect(await textsOf(page, '#until option:checked')).toEqual(['the first 20 steps']);
    });

    test('without the files of its data set, the page asks for them', async () => {
      const { page } = await open(report);
      await page.click('#train');
      expect(await textsOf(page, '#training-failure')).toEqual(['choose the files of tiny first']);
    });

    test('its numbers come out again, and nothing is fetched or complained of', async () => {
      const { page, complaints } = await trainAgain(report);
      expect(await textsOf(page, '#training-failure')).toEqual(['']);
      const marks = await textsOf(page, '#marks li');
      expect(marks[0]).toBe(`✓ initial weights as in the record: ${record.initialWeightsSha256}`);
      expect(marks.at(-1)).toBe(`✓ logits of the test set as in the record: ${record.logitsSha256}`);
      expect(marks.filter((mark) => !mark.startsWith('✓'))).toEqual([]);
      expect((await textsOf(page, '#outcome')).join()).toMatch(
        /^Everything that was compared is as in the record \(12 steps/,
      );
      expect(complaints).toEqual([]);
    });

    test.each([
      ['initial weights', ({ initialWeightsSha256 }: RunRecord) => [initialWeightsSha256, 'f'.repeat(64)]],
      [
        'step 4: loss',
        ({ losses: { 3: loss } }: RunRecord) => [String(loss), String(Math.fround(loss + 1e-6))],
      ],
    ])('a forged record: %s is the first that differs', async (place, forgery) => {
      const [original, forged] = forgery(record);
      // The receipt shows digests, too: what is held is what the page carries.
      const at = report.indexOf('id="carried"');
      const { page } = await trainAgain(report.slice(0, at) + report.slice(at).replaceAll(original, forged));
      const marks = await textsOf(page, '#marks li');
      expect(marks.at(-1)).toMatch(
        new RegExp(`^✗ ${place} not as in the record: \\S+, and the record says `),
      );
      expect(marks.at(-1)).toContain(`the record says ${forged}`);
      expect(marks.slice(0, -1).filter((mark) => !mark.startsWith('✓'))).toEqual([]);
      expect((await textsOf(page, '#outcome')).join()).toMatch(/^Not the run of the record/);
    });

    // Firefox shows a script no print media.
    (name === 'chromium' ? test : test.skip)('on paper there is nothing to press', async () => {
      const { page } = await open(report);
      expect(await page.evaluate("document.getElementById('again').checkVisibility()")).toBe(true);
      await page.emulateMediaType('print');
      expect(await page.evaluate("document.getElementById('again').checkVisibility()")).toBe(false);
    });
  });
}
