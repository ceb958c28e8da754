import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
export const chromiumIsFound = CHROMIUM !== undefined;

/** A page opened from disk in a real Chromium, and what must not have happened there. */
export interface OpenedPage {
  readonly page: Page;
  /** Errors and warnings of its console, exceptions, dialogs, and requests for anything but the file itself. */
  readonly complaints: readonly string[];
}

export class Chromium {
  private constructor(
    private readonly browser: Browser,
    private readonly folder: string,
  ) {}

  static async start(): Promise<Chromium> {
    // Chromium's sandbox refuses to be root's.
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const browser = await chromium.launch({ executablePath: CHROMIUM, args });
    return new Chromium(browser, await mkdtemp(join(tmpdir(), 'assay-page-')));
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await rm(this.folder, { recursive: true });
  }

  async open(text: string, options: BrowserContextOptions = {}): Promise<OpenedPage> {
    const path = join(this.folder, 'report.html');
    await writeFile(path, text);
    const url = pathToFileURL(path).href;
    const complaints: string[] = [];
    const context = await this.browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
    await context.route('**', (route) => {
      if (route.request().url().split('#')[0] === url) return route.continue();
      complaints.push(`fetched ${route.request().url()}`);
      return route.abort();
    });
    const page = await context.newPage();
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(url);
    return { page, complaints };
  }
}

/** Rows that are like those before them, and would take axe a minute. */
const MORE_OF_THE_SAME = ['.document li:nth-child(n + 40)', '.all tbody tr:nth-child(n + 12)'];

/** What axe-core finds wrong, each as `rule: element`. */
export async function accessibilityViolations(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(require.resolve('axe-core/axe.min.js'), 'utf8'));
  return page.evaluate<
    string[]
  >(`axe.run({ exclude: ${JSON.stringify(MORE_OF_THE_SAME)} }, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200))))`);
}
