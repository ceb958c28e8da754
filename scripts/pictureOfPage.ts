import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chromium } from '../tests/report/html/browser';

/**
 * `docs/audit-page.png`: the first chart of the page that the audit of the report is, as Chromium shows it.
 *
 *     npm run docs:picture
 */
const REPORT = 'fixtures/reported/lr-experiment.txt';

async function main(): Promise<void> {
  const root = join(__dirname, '..');
  const folder = mkdtempSync(join(tmpdir(), 'assay-picture-'));
  const page = join(folder, 'audit.html');
  spawnSync(process.execPath, [join(root, 'bin/assay.js'), 'audit', REPORT, '--html', page], { cwd: root });
  const chromium = await Chromium.start();
  try {
    const viewport = { width: 1100, height: 700 };
    const opened = await chromium.open(readFileSync(page, 'utf8'), { viewport, colorScheme: 'light' });
    const curves = await opened.page.locator('#curves-section').boundingBox();
    if (curves === null) throw new Error('the page has no curves');
    const clip = { ...curves, height: Math.min(curves.height, 500) };
    await opened.page.screenshot({ path: join(root, 'docs/audit-page.png'), clip, fullPage: true });
  } finally {
    await chromium.stop();
    rmSync(folder, { recursive: true });
  }
}

void main();
