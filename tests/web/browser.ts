import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch, type Browser as Driven, type Page } from 'puppeteer-core';

export const PAGE_PATH = resolve(__dirname, '../../dist/web/index.html');
export const PAGE_URL = pathToFileURL(PAGE_PATH).href;

const PLACES = {
  chromium: ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
  firefox: ['/usr/bin/firefox', '/usr/bin/firefox-esr'],
};

export type BrowserName = keyof typeof PLACES;

export const BROWSER_NAMES = Object.keys(PLACES) as BrowserName[];

/** Where a browser is installed; undefined where it is not. */
export function browserPath(name: BrowserName): string | undefined {
  return PLACES[name].find((path) => existsSync(path));
}

/** A page in a real browser, and what must not have happened there. */
export interface OpenedPage {
  readonly page: Page;
  /** Errors and warnings of its console, exceptions, dialogs, and requests for anything but the page itself and what it made. */
  readonly complaints: readonly string[];
}

export class Browser {
  private constructor(private readonly driven: Driven) {}

  static async start(name: BrowserName): Promise<Browser> {
    // Chromium's sandbox refuses to be root's.
    const args = name === 'chromium' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const executablePath = browserPath(name);
    return new Browser(
      await launch({ browser: name === 'chromium' ? 'chrome' : name, executablePath, args }),
    );
  }

  stop(): Promise<void> {
    return this.driven.close();
  }

  async open(url: string, viewport = { width: 1200, height: 900 }): Promise<OpenedPage> {
    const complaints: string[] = [];
    const page = await this.driven.newPage();
    await page.setViewport(viewport);
    page.on('request', (request) => {
      const isOwn = request.url().split('#')[0] === url || /^(blob|data):/.test(request.url());
      if (!isOwn) complaints.push(`fetched ${request.url()}`);
    });
    page.on('console', (message) => {
      if (['error', 'warn'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(url);
    return { page, complaints };
  }
}

/** Gives paths to the page's input of files, or that of a folder, as a user does. */
export async function choose(page: Page, id: string, paths: readonly string[]): Promise<void> {
  const input = await page.waitForSelector(`input#${id}`);
  await input?.uploadFile(...paths);
}

/** What stands in each of the elements. */
export async function textsOf(page: Page, selector: string): Promise<string[]> {
  return (await page.evaluate(
    `[...document.querySelectorAll(${JSON.stringify(selector)})].map(({ textContent }) => textContent)`,
  )) as string[];
}

/** Waits until a training has ended. */
export async function trained(page: Page): Promise<void> {
  await page.waitForFunction(
    `document.getElementById('outcome').textContent !== '' || !document.getElementById('training-failure').hidden`,
    { timeout: 60_000 },
  );
}

/** Of a data set. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder).map((file) => join(folder, file));
}

/** What axe-core finds wrong in a part of the page, each as `rule: element`. */
export async function accessibilityViolations(page: Page, without: readonly string[]): Promise<string[]> {
  await page.evaluate(await readFile(require.resolve('axe-core/axe.min.js'), 'utf8'));
  return page.evaluate(`axe.run({ exclude: ${JSON.stringify(without)} }, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200))))`) as Promise<
    string[]
  >;
}
