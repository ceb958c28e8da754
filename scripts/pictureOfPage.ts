import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chromium } from '../tests/report/html/browser';

/**
 * `docs/audit-page.png`: the first screen of the page that the audit of the report is, as Chromium shows it.
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
    const viewport = { width: 1280, height: 690 };
    const opened = await chromium.open(readFileSync(page, 'utf8'), { viewport, colorScheme: 'light' });
    await opened.page.screenshot({ path: join(root, 'docs/audit-page.png') });
  } finally {
    await chromium.stop();
    rmSync(folder, { recursive: true });
  }
}

void main();
