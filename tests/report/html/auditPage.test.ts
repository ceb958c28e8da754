import type { Page } from 'playwright-core';
import { auditHtml } from '../../../src/report/html/audit';
import { say } from '../../say';
import { sampleAudit, type SampleAudit } from '../sampleAudit';
import { Chromium, accessibilityViolations, chromiumIsFound } from './browser';

const NOT_TESTED = 'not tested: pages in a browser, as no Chromium is in /usr/bin';
if (!chromiumIsFound) void say(NOT_TESTED);

const METRICS = ['test-loss', 'accuracy', 'loss'];
const EVIL = '</script><script>alert(1)</script><img src=x onerror=alert(2)> "\'&<!--';

let sample: SampleAudit;
let text: string;
beforeAll(() => {
  sample = sampleAudit();
  text = htmlOf(sample);
});

function htmlOf({ audit, ...references }: SampleAudit): string {
  return auditHtml(audit, references);
}

describe('the text of the page', () => {
  test('is the same for the same audit, and has no date', async () => {
    expect(htmlOf(sampleAudit())).toBe(text);
    expect(text).not.toMatch(new RegExp(`\\b${new Date().getFullYear()}\\b`));
  });

  test('is light, even with an ensemble of many seeds', () => {
    const large = htmlOf({ ...sample, ours: Array.from({ length: 8 }, () => sample.ours).flat() });
    expect(large.length).toBeGreaterThan(1.5 * text.length);
    expect(Buffer.byteLength(large)).toBeLessThan(2 << 20);
  });

  test('says every claim with its evidence, every omission and inference, every digest, and each line once', () => {
    const { claims, omissions, inferences, receipt, document } = sample.audit;
    for (const { quote, because, reading, verdict, against, supporting } of claims.judged) {
      const evidence = [...against, ...supporting].map(({ text }) => text);
      const how = verdict === 'cannot be judged' ? [] : [reading, ...evidence];
      for (const said of [quote, because, ...how]) expect(text).toContain(escaped(said));
    }
    for (const { what } of [...omissions, ...inferences]) expect(text).toContain(escaped(what));
    for (const { sha256 } of receipt.inputs) expect(text).toContain(sha256);
    expect(text.match(/<li id="L\d+"/g)).toHaveLength(document.lines.length);
  });

  test('nothing in a document is taken for markup', async () => {
    const evil = sampleAudit((report) =>
      report.replace('Steady improvement each epoch', EVIL).replace('Speed ', `${EVIL} Speed `),
    );
    const tags = (html: string): string[] => html.match(/<(script|img|!--)/g) ?? [];
    expect(tags(htmlOf(evil))).toEqual(['<script', '<script']);
    expect(htmlOf(evil)).toContain(escaped(EVIL));
  });
});

(chromiumIsFound ? describe : describe.skip)('in a browser', () => {
  let chromium: Chromium;
  beforeAll(async () => {
    chromium = await Chromium.start();
  });
  afterAll(() => chromium.stop());

  test('fetches nothing, complains of nothing, and draws every chart', async () => {
    const { page, complaints } = await chromium.open(text);
    for (const metric of METRICS) {
      const chart = page.locator(`#chart-${metric}`);
      expect(await chart.locator('.panel').count()).toBe(3);
      expect(await chart.locator('path.reported').count()).toBe(3);
      expect(await chart.locator('path.seeds').count()).toBe(23 + 23 + 15);
      expect(await chart.locator('circle.reported').count()).toBe(metric === 'loss' ? 150 : 15);
      expect(await chart.locator('polygon.band').count()).toBe(metric === 'loss' ? 0 : 3);
      expect(await chart.getByRole('img').getAttribute('aria-label')).toMatch(
        /learning rate 0\.01, reported: from/,
      );
      const { width = 0, height = 0 } = (await chart.locator('path.reported').first().boundingBox()) ?? {};
      expect(Math.min(width, height)).toBeGreaterThan(20);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('is there without its script: charts, tables and claims', async () => {
    const { page } = await chromium.open(text, { javaScriptEnabled: false });
    expect(await page.locator('.chart path.reported').count()).toBe(9);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('Not everything');
    await page.context().close();
  });

  test('a script that gets into the page all the same is not executed', async () => {
    const { page, complaints } = await chromium.open(
      text.replace('</main>', '<script>alert(1)</script></main>'),
    );
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toContain('Content Security Policy');
    await page.context().close();
  });

  test('a document full of markup is harmless', async () => {
    const evil = sampleAudit((report) => report.replace('Steady improvement each epoch', EVIL));
    const { page, complaints } = await chromium.open(htmlOf(evil));
    expect(await page.locator('#L95 .text').textContent()).toContain(EVIL);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('learning rates and layers are shown and hidden, and the axis is linear or logarithmic', async () => {
    const { page, complaints } = await chromium.open(text);
    const chart = page.locator('#chart-test-loss');
    const ticks = (): Promise<string[]> => chart.locator('.panel').first().locator('.tick').allTextContents();
    const press = async (name: string, pressed: boolean): Promise<void> => {
      const button = page.getByRole('button', { name, exact: true });
      await button.click();
      expect(await button.getAttribute('aria-pressed')).toBe(String(pressed));
    };
    await press('0.01', false);
    expect(await chart.locator('.setting').allTextContents()).toEqual([
      'learning rate 0.0001',
      'learning rate 0.001',
    ]);
    await press('0.01', true);
    await press('our seeds', false);
    expect(await chart.locator('path.seeds').count()).toBe(0);
    await press('band of our seeds', false);
    expect(await chart.locator('polygon.band').count()).toBe(0);
    const logarithmic = await ticks();
    await press('linear', true);
    expect(await page.getByRole('button', { name: 'logarithmic' }).getAttribute('aria-pressed')).toBe(
      'false',
    );
    expect(await ticks()).not.toEqual(logarithmic);
    await press('logarithmic', true);
    expect(await ticks()).toEqual(logarithmic);
    await press('collapsed seeds', true);
    expect(await chart.locator('path.collapsed').count()).toBe(8);
    for (const lr of ['0.0001', '0.001', '0.01']) await press(lr, false);
    expect(await chart.textContent()).toContain('no learning rate is shown');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('every button and link is reached by the keyboard, seen when it is, and pressed by the space bar', async () => {
    const { page } = await chromium.open(text);
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the verdict');
    const buttons = await page.getByRole('button').allTextContents();
    expect(buttons).toHaveLength(9);
    const reached: string[] = [];
    for (let i = 0; i < 40 && reached.length < buttons.length; i++) {
      await page.keyboard.press('Tab');
      if ((await page.locator('button:focus-visible').count()) === 0) continue;
      reached.push(await focused(page));
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    }
    expect(reached).toEqual(buttons.map((name) => name.trim()));
    await page.keyboard.press('Space');
    expect(await page.getByRole('button', { name: 'linear' }).getAttribute('aria-pressed')).toBe('true');
    await page.context().close();
  });

  test('a link to a line opens the document there', async () => {
    const { page } = await chromium.open(text);
    expect(await page.locator('#L295').isVisible()).toBe(false);
    await page.locator('.claim a[href="#L295"]').first().click();
    expect(await page.locator('#L295').isVisible()).toBe(true);
    await page.context().close();
  });

  test.each([320, 390, 1200])(
    'at a width of %i nothing is beyond the edge, even when all is opened',
    async (width) => {
      const { page } = await chromium.open(text, { viewport: { width, height: 800 } });
      await openAll(page);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      const first = (await page.locator('#chart-test-loss text.tick').first().boundingBox())!;
      expect(first.height).toBeGreaterThan(10); // of text that is not scaled down
      const panel = (await page.locator('#chart-test-loss .frame').last().boundingBox())!;
      expect(panel.width).toBeGreaterThan(220);
      await page.context().close();
    },
  );

  test('in the dark it is dark, and on paper it is not', async () => {
    const { page } = await chromium.open(text, { colorScheme: 'dark' });
    const background = (): Promise<string> =>
      page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await background()).toBe('rgb(20, 23, 27)');
    await page.emulateMedia({ media: 'print' });
    expect(await background()).toBe('rgb(255, 255, 255)');
    await page.context().close();
  });

  test('on paper there is nothing to press, and the evidence is open', async () => {
    const { page } = await chromium.open(text);
    await page.emulateMedia({ media: 'print' });
    await page.evaluate('dispatchEvent(new Event("beforeprint"))');
    expect(await page.locator('.controls').isVisible()).toBe(false);
    expect(await page.getByText('98.97 % after 98.98 %, one image').isVisible()).toBe(true);
    await page.evaluate('dispatchEvent(new Event("afterprint"))');
    expect(await page.locator('details[open]').count()).toBe(0);
    expect((await page.pdf()).subarray(0, 5).toString()).toBe('%PDF-');
    await page.context().close();
  });

  test.each([
    ['light', 1200],
    ['dark', 1200],
    ['light', 390],
    ['dark', 390],
  ] as const)('axe finds nothing wrong: %s, %i wide', async (colorScheme, width) => {
    const { page } = await chromium.open(text, { colorScheme, viewport: { width, height: 800 } });
    await openAll(page);
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.context().close();
  });
});

function focused(page: Page): Promise<string> {
  return page.evaluate('document.activeElement.textContent.trim()');
}

async function openAll(page: Page): Promise<void> {
  await page.evaluate('for (const details of document.querySelectorAll("details")) details.open = true');
}

/** As it stands in a page. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
