import { readFileSync } from 'node:fs';
import Papa from 'papaparse';
import type { Page } from 'playwright-core';
import { auditHtml } from '../../../src/report/html/audit';
import { packageVersion } from '../../../src/base/version';
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

  test('what does not hold stands first, the worst before the rest, and each leads to its claim', () => {
    const [, problems] = /<ul class="problems"[^]*?>([^]*?)<\/ul>/.exec(text)!;
    expect(problems.match(/class="badge \w+">[^<]+/g)?.map((badge) => badge.split('>')[1])).toEqual([
      ...['contradicted', 'partly', 'note'],
    ]);
    expect(problems).toContain('At lr 0.01, 47 of our 118 seeds end at chance');
    expect(text).toContain('1 sentence contradicted, 1 sentence true in part only; no number found wrong.');
    expect(text.indexOf('class="problems"')).toBeLessThan(text.indexOf('<section'));
    const ids = new Set(text.match(/ id="[^"]+"/g)?.map((id) => id.slice(5, -1)));
    for (const [, id] of text.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(id);
  });

  test('a number that is wrong, a run outside of its band, and more of them than fit are among what does not hold', () => {
    const { audit, ...references } = sampleAudit((report) =>
      report
        .replace('9586/10000', '9587/10000')
        .replaceAll('Test set: Average loss: 0.0', 'Test set: Average loss: 0.9'),
    );
    const page = auditHtml(audit, references);
    const [, problems] = /<ul class="problems"[^]*?>([^]*?)<\/ul>/.exec(page)!;
    const wrong = audit.findings.filter(({ group }) => group === 'arithmetic');
    expect(wrong.length).toBeGreaterThan(0);
    for (const { message } of wrong) expect(problems).toContain(escaped(message));
    expect(page).not.toContain('no number found wrong');
    expect(page).toContain('3 runs outside of their bands');
    expect(page).toContain('href="#run-3"');
  });

  test('says how to cite it: what it is of, and the version and the commit that made it', () => {
    const [{ sha256 }] = sample.audit.receipt.inputs;
    const { audit, ...references } = sample;
    const cited = (commit: string | undefined): string => {
      const page = auditHtml({ ...audit, receipt: { ...audit.receipt, commit } }, references);
      return /@misc[^]*?\n}/.exec(page)![0];
    };
    expect(cited('0123abc')).toBe(
      [
        `@misc{assay-${sha256.slice(0, 12)},`,
        '  title = {Audit of fixtures/reported/lr-experiment.txt},',
        `  howpublished = {assay ${packageVersion()}, commit 0123abc: npx assay audit fixtures/reported/lr-experiment.txt},`,
        `  note = {SHA-256 ${sha256}}`,
        '}',
      ].join('\n'),
    );
    expect(cited(undefined)).toContain('commit unknown');
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
    expect(buttons.length).toBeGreaterThan(15);
    const reached: string[] = [];
    for (let i = 0; i < 80 && reached.length < buttons.length; i++) {
      await page.keyboard.press('Tab');
      if ((await page.locator('button:focus-visible').count()) === 0) continue;
      reached.push(await focused(page));
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    }
    expect(reached).toEqual(buttons.map((name) => name.trim()));
    expect(await page.locator('article.claim:visible').count()).toBe(2);
    await page.keyboard.press('Space');
    expect(await page.locator('.filter button').last().getAttribute('aria-pressed')).toBe('true');
    expect(await page.locator('article.claim:visible').count()).toBe(0);
    await page.context().close();
  });

  test.each([
    ['a window', { width: 1280, height: 800 }],
    ['a phone', { width: 390, height: 844 }],
  ])('on %s, the status, its colour and what does not hold are seen at once', async (_, viewport) => {
    const { page } = await chromium.open(text, { viewport });
    for (const seen of [page.getByRole('heading', { level: 1 }), page.locator('.problems li').nth(1)]) {
      const { y, height } = (await seen.boundingBox())!;
      expect(y + height).toBeLessThan(viewport.height);
    }
    const border = 'getComputedStyle(document.querySelector(".status-block")).borderLeftColor';
    expect(await page.evaluate(border)).toBe('rgb(179, 38, 30)');
    await page.context().close();
  });

  test('claims are filtered by their verdict, and a link leads to what is filtered out, too', async () => {
    const { page } = await chromium.open(text);
    const shown = (): Promise<string[]> => page.locator('article.claim:visible blockquote').allInnerTexts();
    const filter = page.getByRole('group', { name: 'Show claims' });
    expect(await shown()).toEqual(['Test loss going UP instead of down', 'Steady, stable improvement']);
    await filter.getByRole('button', { name: 'holds 1' }).click();
    expect(await shown()).toEqual(['Steady improvement each epoch (good!)']);
    await page.locator('.problems').getByRole('link', { name: 'Test loss going UP' }).click();
    expect(await shown()).toContain('Test loss going UP instead of down');
    expect(await filter.getByRole('button', { name: 'all' }).getAttribute('aria-pressed')).toBe('true');
    await page.context().close();
  });

  test('the contents stay in sight, and mark what is read', async () => {
    for (const width of [390, 1280]) {
      const { page } = await chromium.open(text, { viewport: { width, height: 800 } });
      const link = page.getByRole('navigation').getByRole('link', { name: 'Claims' });
      await link.click();
      await page.waitForFunction('document.querySelector("nav a[aria-current]").hash === "#claims"');
      const { y } = (await link.boundingBox())!;
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThan(300);
      const title = (await page.getByRole('heading', { name: 'Claims' }).boundingBox())!;
      const bar = (await page.getByRole('navigation').boundingBox())!;
      if (width === 390) expect(title.y).toBeGreaterThanOrEqual(bar.y + bar.height);
      await page.context().close();
    }
  });

  describe('a chart is read out', () => {
    const READ =
      /^learning rate 0\.0001, epoch 3\s*reported: 0\.0638\s*median of our seeds: 0\.05\d\d\s*band: /;

    async function onChart(page: Page, epoch: number): Promise<{ x: number; y: number }> {
      const chart = page.locator('#chart-test-loss');
      await chart.scrollIntoViewIfNeeded();
      const { x, y } = (await chart
        .locator('circle.reported')
        .nth(epoch - 1)
        .boundingBox())!;
      return { x: x + 6, y: y + 6 };
    }

    test('where the pointer is', async () => {
      const { page } = await chromium.open(text);
      const tooltip = page.locator('#chart-test-loss .tooltip');
      expect(await tooltip.isVisible()).toBe(false);
      const { x, y } = await onChart(page, 3);
      await page.mouse.move(x, y);
      expect(await tooltip.innerText()).toMatch(READ);
      await page.mouse.move(x, 1);
      expect(await tooltip.isVisible()).toBe(false);
      await page.context().close();
    });

    test('where a finger taps, until it taps elsewhere', async () => {
      const viewport = { width: 390, height: 844 };
      const { page } = await chromium.open(text, { viewport, hasTouch: true, isMobile: true });
      const tooltip = page.locator('#chart-test-loss .tooltip');
      const { x, y } = await onChart(page, 3);
      await page.touchscreen.tap(x, y);
      expect(await tooltip.innerText()).toMatch(READ);
      const box = (await tooltip.boundingBox())!;
      expect(Math.min(box.x, 390 - box.x - box.width)).toBeGreaterThanOrEqual(0);
      // What is not a control takes no focus from the chart, in some browsers.
      await page.locator('h1').dispatchEvent('pointerdown');
      expect(await tooltip.isVisible()).toBe(false);
      await page.context().close();
    });

    test('by the arrow keys', async () => {
      const { page } = await chromium.open(text);
      await page.locator('#chart-test-loss').focus();
      const tooltip = page.getByRole('status').first();
      for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft'])
        await page.keyboard.press(key);
      expect(await tooltip.innerText()).toMatch(READ);
      await page.keyboard.press('End');
      expect(await tooltip.innerText()).toMatch(/^learning rate 0\.01, epoch 5/);
      await page.keyboard.press('Escape');
      expect(await tooltip.isVisible()).toBe(false);
      await page.context().close();
    });
  });

  async function downloaded(page: Page, name: string): Promise<string> {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name, exact: true }).click();
    return readFileSync(await (await download).path(), 'utf8');
  }

  test('a chart is saved as CSV: what is shown, to each point', async () => {
    const { page, complaints } = await chromium.open(text);
    await page.getByRole('button', { name: 'our seeds', exact: true }).click();
    const csv = await downloaded(page, 'Test loss: download as CSV');
    const { data } = Papa.parse<Record<string, string>>(csv, { header: true, skipEmptyLines: true });
    const ofLayer = (layer: string): Record<string, string>[] => data.filter((row) => row.layer === layer);
    expect(ofLayer('reported')).toHaveLength(15);
    expect(ofLayer('median')).toHaveLength(15);
    expect(ofLayer('band')).toHaveLength(30);
    expect(data).toHaveLength(60);
    const [first] = ofLayer('reported');
    expect(first).toMatchObject({ setting: 'lr 0.0001', epoch: '1', 'test loss': '0.1386' });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('a chart is saved as an SVG that stands for itself: with its title, legend and colours', async () => {
    const { page, complaints } = await chromium.open(text);
    const svg = await downloaded(page, 'Test loss: download as SVG');
    expect(await page.locator('svg').filter({ hasText: 'Test loss by epoch' }).count()).toBe(0);
    const alone = await chromium.open(`<!doctype html><meta charset="utf-8">${svg}`);
    const label = (name: string): Promise<number> => alone.page.getByText(name, { exact: true }).count();
    expect(await label('Test loss by epoch')).toBe(1);
    expect(await label('median of our seeds')).toBe(1);
    expect(await label('collapsed seeds')).toBe(0);
    const strokes =
      'new Set([...document.querySelectorAll("path")].map((path) => getComputedStyle(path).stroke))';
    expect(await alone.page.evaluate<string[]>(`[...${strokes}]`)).toEqual(
      expect.arrayContaining(['rgb(209, 84, 26)', 'rgb(31, 90, 153)']),
    );
    expect(
      await alone.page.evaluate(
        `new DOMParser().parseFromString(${JSON.stringify(svg)}, 'image/svg+xml').querySelector('parsererror')`,
      ),
    ).toBeNull();
    expect([...complaints, ...alone.complaints]).toEqual([]);
    await alone.page.context().close();
    await page.context().close();
  });

  test('an emoji that no font has is said by its code point, and no other is', async () => {
    const marked = sampleAudit((report) => report.replace('Steady improvement', '© \u{1FFFD} improvement'));
    const { page } = await chromium.open(htmlOf(marked));
    expect(await page.locator('#L95 .text').textContent()).toContain('© U+1FFFD improvement');
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
    const open = await page.locator('details[open]').count();
    await page.emulateMedia({ media: 'print' });
    await page.evaluate('dispatchEvent(new Event("beforeprint"))');
    expect(await page.locator('nav:visible, button:visible').count()).toBe(0);
    expect(await page.locator('article.claim:visible').count()).toBe(4);
    expect(await page.getByText('98.97 % after 98.98 %, one image').isVisible()).toBe(true);
    await page.evaluate('dispatchEvent(new Event("afterprint"))');
    expect(await page.locator('details[open]').count()).toBe(open);
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
