import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'puppeteer-core';
import { say } from '../say';
import {
  accessibilityViolations,
  Browser,
  BROWSER_NAMES,
  browserPath,
  choose,
  PAGE_PATH,
  PAGE_URL,
  textsOf,
} from './browser';

/** The page that judges what is dropped on it, beside the command line. */

const ROOT = resolve(__dirname, '../..');
const REPORT = 'fixtures/reported/lr-experiment.txt';
/** Rows that are like those before them, and would take axe a minute. */
const MORE_OF_THE_SAME = ['.document li:nth-child(n + 40)', '.all tbody tr:nth-child(n + 12)'];

describe('the file', () => {
  const text = readFileSync(PAGE_PATH, 'utf8');
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1].split('; ') ?? [];

  test.each(['script', 'style'])('lets no %s run but the one in it', (tag) => {
    const [, contents] = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(text) ?? [];
    const hash = createHash('sha256').update(contents).digest('base64');
    const [directive] = policy.filter((of) => of.startsWith(`${tag}-src `));
    expect(directive.split(' ')[1]).toBe(`'sha256-${hash}'`);
    expect(directive).not.toMatch(/'unsafe-/);
  });

  test('lets nothing be fetched', () => {
    expect(policy).toContain("default-src 'none'");
    const sources = policy.map((directive) => directive.split(' ')[0]);
    expect(sources).toEqual([
      ...['default-src', 'style-src', 'script-src', 'worker-src', 'img-src', 'base-uri', 'form-action'],
    ]);
  });
});

for (const name of BROWSER_NAMES) {
  const isFound = browserPath(name) !== undefined;
  if (!isFound) void say(`not tested: the page that judges in ${name}, which is not in /usr/bin`);

  (isFound ? describe : describe.skip)(`in ${name}`, () => {
    let browser: Browser;
    let folder: string;
    beforeAll(async () => {
      browser = await Browser.start(name);
      folder = await mkdtemp(join(tmpdir(), 'assay-web-'));
    });
    afterAll(async () => {
      await browser.stop();
      await rm(folder, { recursive: true });
    });

    test('a report has the verdict, findings and numbers that the command line gives it', async () => {
      await cp(join(ROOT, REPORT), join(folder, 'report.txt'));
      const { page, complaints } = await browser.open(PAGE_URL);
      await choose(page, 'files', [join(folder, 'report.txt')]);
      await expectShown(page, await printed(folder, ['audit', 'report.txt']));
      expect(await textsOf(page, '#result h1')).toEqual(['Not everything in this report holds']);
      expect((await page.$$('#result path.reported')).length).toBeGreaterThanOrEqual(9);
      expect(complaints).toEqual([]);
    });

    test('a forged number is found as the command line finds it, at its line', async () => {
      const text = await readFile(join(ROOT, REPORT), 'utf8');
      const forged = text.replace(/Accuracy: \d+/, 'Accuracy: 1234');
      const line = 1 + forged.split('\n').findIndex((of) => of.includes('Accuracy: 1234'));
      await writeFile(join(folder, 'forged.txt'), forged);
      const { page } = await browser.open(PAGE_URL);
      await choose(page, 'files', [join(folder, 'forged.txt')]);
      await expectShown(page, await printed(folder, ['audit', 'forged.txt']));
      const audit = (await shown(page)) as { findings: { line: number }[] };
      expect(audit.findings.map((finding) => finding.line)).toContain(line);
    });

    test('what cannot be judged is said, as an error and not as a verdict', async () => {
      await writeFile(join(folder, 'notes.txt'), 'nothing was trained\n<img src=x onerror=alert(1)>\n');
      const { page, complaints } = await browser.open(PAGE_URL);
      await choose(page, 'files', [join(folder, 'notes.txt')]);
      expect(JSON.stringify(await shown(page))).toContain('not a log of a training run');
      expect(await textsOf(page, '#result h1')).toEqual(['Not every check passes']);
      await page.select('#kind', 'report');
      await page.waitForSelector('#failure:not([hidden])');
      expect((await textsOf(page, '#failure')).join()).toMatch(/notes\.txt/);
      expect(await textsOf(page, '#result')).toEqual(['']);
      expect(complaints).toEqual([]);
    });

    test('the report that comes with it is judged at a click', async () => {
      const { page, complaints } = await browser.open(PAGE_URL);
      await page.click('#example');
      await expectShown(page, await printed(ROOT, ['audit', REPORT]));
      expect(complaints).toEqual([]);
    });

    // Firefox takes no folder from a script.
    (name === 'chromium' ? test : test.skip)(
      'a folder of logs is judged by the study in it, with findings at their lines',
      async () => {
        await cp(join(ROOT, 'examples/keras-csv/assay'), join(folder, 'keras/assay'), { recursive: true });
        await cp(join(ROOT, 'examples/keras-csv/new'), join(folder, 'keras/new'), { recursive: true });
        const { page, complaints } = await browser.open(PAGE_URL);
        await choose(page, 'folder', [join(folder, 'keras')]);
        const logs = ['keras/new/broken.csv', 'keras/new/healthy.csv'];
        expect(await shown(page)).toEqual(
          await printed(folder, ['check', ...logs, '--study', 'keras/assay']),
        );
        const [finding] = await textsOf(page, '.findings li');
        expect(finding).toMatch(/^\s*line 2: band: epoch 0: val_loss 0\.6418 is outside of .*\s0,0\.\d+/s);
        expect((await page.$$('#result path.reported')).length).toBeGreaterThan(0);
        expect(complaints).toEqual([]);
      },
    );

    test.each([
      ['on a wide screen', { width: 1200, height: 900 }, 'light'],
      ['on a phone, dark', { width: 360, height: 720 }, 'dark'],
    ])('%s, everybody can use it', async (_, viewport, scheme) => {
      const { page } = await browser.open(PAGE_URL, viewport);
      if (name === 'chromium')
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      expect(await accessibilityViolations(page, [])).toEqual([]);
      await page.click('#example');
      await shown(page);
      expect(await accessibilityViolations(page, MORE_OF_THE_SAME)).toEqual([]);
      const [width, wanted] = (await page.evaluate(
        '[innerWidth, document.documentElement.scrollWidth]',
      )) as number[];
      expect(wanted).toBeLessThanOrEqual(width);
    });
  });
}

/** The JSON on the page, once it has judged what it was given. */
async function shown(page: Page): Promise<unknown> {
  await page.waitForSelector('#json:not([hidden]), #failure:not([hidden])', { timeout: 60_000 });
  expect(await textsOf(page, '#failure')).toEqual(['']);
  const [json] = await textsOf(page, '#json-text');
  return JSON.parse(json);
}

async function expectShown(page: Page, json: unknown): Promise<void> {
  expect(asNearAs(json, await shown(page))).toEqual(json);
}

/**
 * A value with the numbers of another where they are so near. `Math.log` and its like, which intervals are computed with, have other last
 * digits in each JavaScript engine, and in each version of it.
 */
function asNearAs(expected: unknown, value: unknown): unknown {
  if (typeof value === 'number' && typeof expected === 'number')
    return Math.abs(value - expected) <= 1e-12 * Math.abs(expected) ? expected : value;
  if (typeof value !== 'object' || value === null) return value;
  const of = { ...(expected as Readonly<Record<string, unknown>>) };
  const entries = Object.entries(value).map(([key, part]) => [key, asNearAs(of[key], part)] as const);
  return Array.isArray(value) ? entries.map(([, part]) => part) : Object.fromEntries(entries);
}

/** What a command prints as JSON in a folder. */
async function printed(cwd: string, args: readonly string[]): Promise<unknown> {
  const program = join(ROOT, 'bin/assay.js');
  const stdout = await new Promise<string>((done) => {
    execFile(process.execPath, [program, ...args, '--json'], { cwd, maxBuffer: 2 ** 28 }, (_, out) =>
      done(out),
    );
  });
  return JSON.parse(stdout);
}
