import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { Laboratory, outcomeOf, TINY, type Outcome } from '../cli/laboratory';
import { say } from '../say';
import { Browser, BROWSER_NAMES, browserPath, choose, filesIn, PAGE_PATH, textsOf, trained } from './browser';

/** `assay serve`: the page with several threads. */

let laboratory: Laboratory;
let url: string;
let ended: Promise<Outcome>;
let stop: () => void;
beforeAll(async () => {
  laboratory = await Laboratory.open();
  await laboratory.run(['run', ...TINY, '--seed', '7', '--epochs', '2', '--out', 'tiny-run']);
  const server = laboratory.start(['serve', '--port', '0']);
  ended = outcomeOf(server);
  stop = () => server.kill('SIGINT');
  url = await new Promise((resolve) => server.stdout?.once('data', (line: string) => resolve(line.trim())));
});
afterAll(() => laboratory.close());

test('the page alone is served, with what lets it have threads', async () => {
  const response = await fetch(url);
  expect(await response.text()).toBe(readFileSync(PAGE_PATH, 'utf8'));
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'x-content-type-options': 'nosniff',
  });
  for (const path of ['package.json', '../package.json', '%2e%2e/package.json', 'index.html'])
    expect((await fetch(url + path)).status).toBe(404);
  expect((await fetch(url, { method: 'POST' })).status).toBe(405);
});

test('a port that is taken is said to be', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const { exitCode, stderr } = await laboratory.run(['serve', '--port', String(port)]);
  other.close();
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^error: cannot listen on this port/);
});

for (const name of BROWSER_NAMES) {
  const isFound = browserPath(name) !== undefined;
  if (!isFound) void say(`not tested: training with threads in ${name}, which is not in /usr/bin`);

  (isFound ? test : test.skip)(`in ${name}, two threads compute the bits of the record`, async () => {
    const browser = await Browser.start(name);
    try {
      const { page, complaints } = await browser.open(url);
      expect(await page.evaluate('crossOriginIsolated')).toBe(true);
      const study = ['study.json', 'experiment.json'].map((file) => laboratory.path('study', file));
      await choose(page, 'files', [laboratory.path('tiny-run/run.json'), ...study]);
      await page.waitForSelector('#record option[value="run.json"]');
      await choose(page, 'data', filesIn(laboratory.path('tiny')));
      await page.select('#until', 'end');
      await page.evaluate("document.getElementById('threads').value = '2'");
      await page.click('#train');
      await trained(page);
      expect(await textsOf(page, '#training-failure')).toEqual(['']);
      expect((await textsOf(page, '#outcome')).join()).toMatch(
        /^Everything that was compared is as in the record/,
      );
      expect((await textsOf(page, '#outcome')).join()).toMatch(/12 steps.* 2 threads/);
      expect(complaints).toEqual([]);
    } finally {
      await browser.stop();
    }
  });
}

test('Ctrl-C ends it', async () => {
  stop();
  expect(await ended).toMatchObject({ exitCode: 130, stderr: 'stopped\n' });
});
